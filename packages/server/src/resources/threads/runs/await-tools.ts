/**
 * A run waits for the data of its tools, such as a file that came with a message and is still being read.
 * The run stays `queued` and its job returns to the queue, so that it holds neither a worker nor an engine.
 */
import { JobPostponed } from '../../../jobs/task.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import type { ServerTool } from '../../../tools/tool.ts';
import type { Services } from '../../services.ts';
import { toToolInput } from './tool-input.ts';

/** From the creation of the run. Afterwards its tools use the data that is ready. */
const MAX_WAIT_MS = 60_000;
const MIN_DELAY_MS = 50;
const MAX_DELAY_MS = 1000;
/** The delay until the next check, as a part of the time that the run has waited. */
const DELAY_SHARE = 1 / 4;

/** @throws JobPostponed while a tool of the run is preparing. */
export async function awaitTools(
  { clock, tools }: Pick<Services, 'clock' | 'tools'>,
  repositories: ProjectRepositories,
  run: RunRecord,
): Promise<void> {
  const waitedMs = clock.now() - run.createdAt;
  const leftMs = MAX_WAIT_MS - waitedMs;
  const { definition, status } = run;
  if (status !== 'queued' || leftMs <= 0 || definition.toolChoice === 'none') return;
  const used = definition.tools.map(({ type }) => tools.find(type)).filter((tool) => tool !== undefined);
  if (!(await isAnyPreparing(used, repositories, run))) return;
  const delayMs = Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, waitedMs * DELAY_SHARE));
  throw new JobPostponed(Math.min(delayMs, leftMs));
}

async function isAnyPreparing(tools: readonly ServerTool[], repositories: ProjectRepositories, run: RunRecord) {
  for (const tool of tools) {
    if (await tool.isPreparing?.(await toToolInput(repositories, run, tool))) return true;
  }
  return false;
}
