/**
 * A run waits for the files of the stores that it searches: a file that came with a message is still being read when the run is created.
 * The run stays `queued` and its job goes back to the queue, so that no worker and no engine is held meanwhile.
 */
import { JobPostponed } from '../../../jobs/task.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import { fileSearchOf } from '../../../tools/file-search/definition.ts';
import { listLiveStores } from '../../../tools/file-search/execute.ts';

/** From the creation of the run. After it, the run searches what there is. */
const MAX_WAIT_MS = 60_000;
const MIN_DELAY_MS = 50;
const MAX_DELAY_MS = 1000;
/** The next look follows after this part of the time that the run has waited. */
const DELAY_SHARE = 1 / 4;

/** @throws JobPostponed while a file is `in_progress`. */
export async function awaitFiles(scope: ProjectRepositories, run: RunRecord, now: number): Promise<void> {
  const waitedMs = now - run.createdAt;
  const leftMs = MAX_WAIT_MS - waitedMs;
  if (run.status !== 'queued' || leftMs <= 0 || !canSearch(run)) return;
  const stores = await listLiveStores(scope, run, now);
  if (stores.every(({ fileCounts }) => fileCounts.inProgress === 0)) return;
  const delayMs = Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, waitedMs * DELAY_SHARE));
  throw new JobPostponed(Math.min(delayMs, leftMs));
}

const canSearch = ({ definition }: RunRecord) =>
  definition.toolChoice !== 'none' && fileSearchOf(definition) !== undefined;
