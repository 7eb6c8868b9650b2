/** The stream of a run for a request: the events of the run until it ends or waits for outputs. */
import type { AssistantStreamEvent } from '@selfsame/contract';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import type { Services } from '../../services.ts';

/** Events after which the run has ended or waits for the client. */
const LAST_EVENTS = new Set(
  ['requires_action', 'completed', 'incomplete', 'failed', 'cancelled', 'expired'].map((name) => `thread.run.${name}`),
);

/** A reader that disconnects or lags does not affect the run. */
export async function* tailRun(
  { events }: Pick<Services, 'events'>,
  { projectId, id }: Pick<RunRecord, 'projectId' | 'id'>,
  options: { afterSeq: number; signal: AbortSignal },
): AsyncGenerator<AssistantStreamEvent> {
  for await (const { type, data } of events.tail(projectId, id, options)) {
    // `run-output.ts` writes events in the form of the contract.
    yield { event: type, data } as AssistantStreamEvent;
    if (LAST_EVENTS.has(type)) return;
  }
}
