/** The text of a message that a worker is still writing, read from the stream of the loop. */
import type { EventRepository } from '../../storage/repositories/events.ts';
import type { LoopOutput } from './loop-output.ts';
import { readEvents } from './read-events.ts';

/** For transitions by a process that does not write the message, such as an expiry. */
export async function readWrittenText(
  events: EventRepository,
  { foldText }: Pick<LoopOutput, 'foldText'>,
  { streamId, partId }: { streamId: string; partId: string },
): Promise<string> {
  let text = '';
  for await (const event of readEvents(events, streamId)) text = foldText(text, event, partId);
  return text;
}
