/** The text of a message that a worker is still writing, read from the stream of the loop. */
import type { EventRepository } from '../../storage/repositories/events.ts';
import type { LoopOutput } from './loop-output.ts';

const PAGE = 200;

/** For transitions by a process that does not write the message, such as an expiry. */
export async function readWrittenText(
  events: EventRepository,
  { foldText }: Pick<LoopOutput, 'foldText'>,
  { streamId, partId }: { streamId: string; partId: string },
): Promise<string> {
  let text = '';
  let afterSeq = -1;
  for (;;) {
    const page = (await events.list(streamId, { afterSeq, limit: PAGE }))?.events ?? [];
    for (const event of page) text = foldText(text, event, partId);
    if (page.length < PAGE) return text;
    afterSeq = page.at(-1)?.seq ?? afterSeq;
  }
}
