/** The text of a message that a worker is still writing, read from the stream of the run. */
import type { EventRepository } from '../../storage/repositories/events.ts';
import type { LoopOutput } from './output.ts';

const PAGE = 200;

/** For transitions by a process that does not write the message, such as an expiry. */
export async function readWrittenText(
  events: EventRepository,
  { foldText }: Pick<LoopOutput, 'foldText'>,
  { runId, messageId }: { runId: string; messageId: string },
): Promise<string> {
  let text = '';
  let afterSeq = -1;
  for (;;) {
    const page = (await events.list(runId, { afterSeq, limit: PAGE }))?.events ?? [];
    for (const event of page) text = foldText(text, event, messageId);
    if (page.length < PAGE) return text;
    afterSeq = page.at(-1)?.seq ?? afterSeq;
  }
}
