/**
 * A loop waits for the data of its tools, such as a file that is still being read. It stays `queued` and its job
 * returns to the queue, so that it holds neither a worker nor an engine.
 */
import { JobPostponed } from '../../jobs/task.ts';
import type { ServerTool, ToolInput } from '../../tools/tool.ts';
import type { Services } from '../services.ts';

/** From the creation of the loop. Afterwards its tools use the data that is ready. */
const MAX_WAIT_MS = 60_000;
const MIN_DELAY_MS = 50;
const MAX_DELAY_MS = 1000;
/** The delay until the next check, as a part of the time that the loop has waited. */
const DELAY_SHARE = 1 / 4;

export interface UsedTool {
  tool: ServerTool;
  toInput(): ToolInput | Promise<ToolInput>;
}

/**
 * @param loop it has not started yet.
 * @throws JobPostponed while one of the tools is preparing.
 */
export async function awaitTools(
  { clock }: Pick<Services, 'clock'>,
  { createdAt }: { createdAt: number },
  used: readonly UsedTool[],
): Promise<void> {
  const waitedMs = clock.now() - createdAt;
  const leftMs = MAX_WAIT_MS - waitedMs;
  if (leftMs <= 0 || !(await isAnyPreparing(used))) return;
  const delayMs = Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, waitedMs * DELAY_SHARE));
  throw new JobPostponed(Math.min(delayMs, leftMs));
}

async function isAnyPreparing(used: readonly UsedTool[]): Promise<boolean> {
  for (const { tool, toInput } of used) if (await tool.isPreparing?.(await toInput())) return true;
  return false;
}
