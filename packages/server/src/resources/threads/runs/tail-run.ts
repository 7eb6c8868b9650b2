/** What a caller who asked for a stream reads of a run: its log, until the run is over or waits for the caller. */
import type { AssistantStreamEvent } from '@selfsame/contract';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import type { Services } from '../../services.ts';

/** Statuses after which nothing comes until somebody acts, or ever. */
const LAST = new Set(
  ['requires_action', 'completed', 'incomplete', 'failed', 'cancelled', 'expired'].map((name) => `thread.run.${name}`),
);

/** A reader who leaves or lags changes nothing for the run. */
export async function* tailRun(
  { events }: Pick<Services, 'events'>,
  { projectId, id }: Pick<RunRecord, 'projectId' | 'id'>,
  options: { afterSeq: number; signal: AbortSignal },
): AsyncGenerator<AssistantStreamEvent> {
  for await (const { type, data } of events.tail(projectId, id, options)) {
    // Written by `advance` and by the turn, in the form of the contract.
    yield { event: type, data } as AssistantStreamEvent;
    if (LAST.has(type)) return;
  }
}
