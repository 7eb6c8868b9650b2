/** The stream of a response for a request: its events with their numbers, until the response ends. */
import type { Services } from '../services.ts';

export interface NumberedEvent extends Readonly<Record<string, unknown>> {
  type: string;
  sequence_number: number;
}

/** A reader that disconnects or lags does not affect the response. */
export async function* tailResponse(
  { events }: Pick<Services, 'events'>,
  { projectId, id }: { projectId: string; id: string },
  options: { afterSeq: number; signal: AbortSignal },
): AsyncGenerator<NumberedEvent> {
  for await (const { type, seq, data } of events.tail(projectId, id, options)) {
    yield { type, sequence_number: seq, ...(data as object) };
  }
}
