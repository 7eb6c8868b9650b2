/** Opens the local engines: shared by the processes of an installation, with one memory budget. */
import type { Logger } from 'pino';
import type { Config } from '../config/load.ts';
import { createMemoryBudget } from '../engines/child-process/memory.ts';
import { createEngineSharing, type EngineSharing } from '../engines/host/engine-sharing.ts';
import { VERSION } from '../version.ts';

/** `leads`: see EngineSharingOptions. */
export function openEngines(config: Config, log: Logger, { leads }: { leads: boolean }): EngineSharing {
  const { dataDir, modelIdleMs, modelMemoryBytes, engineSilenceMs } = config;
  const budget = createMemoryBudget(modelMemoryBytes === 0 ? undefined : modelMemoryBytes);
  const deps = { log, budget, engineSilenceMs, ...(modelIdleMs === 0 ? {} : { modelIdleMs }) };
  return createEngineSharing({ dataDir, version: VERSION, leads, deps });
}
