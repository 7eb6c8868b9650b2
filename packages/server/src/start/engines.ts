/** Where this process's local models run: shared with the other processes of the installation, under one budget of memory. */
import type { Logger } from 'pino';
import type { Config } from '../config/load.ts';
import { createMemoryBudget } from '../engines/child-process/memory.ts';
import { createEngineRoom, type EngineRoom } from '../engines/host/engine-room.ts';
import { VERSION } from '../version.ts';

/** `leads`: see EngineRoomOptions. */
export function openEngines(config: Config, log: Logger, { leads }: { leads: boolean }): EngineRoom {
  const { dataDir, modelIdleMs, modelMemoryBytes, engineSilenceMs } = config;
  const budget = createMemoryBudget(modelMemoryBytes === 0 ? undefined : modelMemoryBytes);
  const residence = { budget, engineSilenceMs, ...(modelIdleMs === 0 ? {} : { modelIdleMs }) };
  return createEngineRoom({ dataDir, version: VERSION, leads, surroundings: { log, ...residence } });
}
