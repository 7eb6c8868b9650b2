/** What a message says by now, read from the run's stream: for whoever ends a run that another process, or none, is writing. */
import type { MessageDeltaObject, MessageObject } from '@selfsame/contract';
import type { EventRecord, EventRepository } from '../../storage/repositories/events.ts';

const SLICE = 200;

/** What a lost worker had written is forgotten where the message was begun again. */
export async function writtenSoFar(events: EventRepository, runId: string, messageId: string): Promise<string> {
  let text = '';
  let afterSeq = -1;
  for (;;) {
    const slice = (await events.list(runId, { afterSeq, limit: SLICE }))?.events ?? [];
    for (const event of slice) text = follow(text, event, messageId);
    if (slice.length < SLICE) return text;
    afterSeq = slice.at(-1)?.seq ?? afterSeq;
  }
}

function follow(text: string, { type, data }: EventRecord, messageId: string): string {
  if ((data as MessageObject).id !== messageId) return text;
  if (type === 'thread.message.created') return '';
  if (type !== 'thread.message.delta') return text;
  return text + ((data as MessageDeltaObject).delta.content?.[0]?.text?.value ?? '');
}
