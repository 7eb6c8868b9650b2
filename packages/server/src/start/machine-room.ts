/** What this machine has to spare for models. */
import { statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import type { Config } from '../config/load.ts';
import { availableMemoryBytes } from '../engines/child-process/memory.ts';
import type { MachineRoom } from '../models/recommend.ts';
import { modelsDirectory } from './models-directory.ts';

type RoomSettings = Pick<Config, 'dataDir' | 'modelMemoryBytes'>;

/** The setting `modelMemoryBytes` limits the memory. */
export async function readMachineRoom(config: RoomSettings): Promise<MachineRoom> {
  const available = availableMemoryBytes();
  return {
    memoryBytes: config.modelMemoryBytes === 0 ? available : Math.min(available, config.modelMemoryBytes),
    diskBytes: await freeDiskBytes(modelsDirectory(config)),
    cores: availableParallelism(),
  };
}

/** Free bytes on the disk of the folder, or of the nearest folder above it that exists. */
async function freeDiskBytes(folder: string): Promise<number> {
  const found = await statfs(folder).catch(() => undefined);
  if (found !== undefined) return found.bavail * found.bsize;
  const parent = dirname(folder);
  return parent === folder ? 0 : await freeDiskBytes(parent);
}
