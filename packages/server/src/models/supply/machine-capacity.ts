/** How much memory and disk this machine has left for models. */
import { statfs } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import { availableMemoryBytes } from '../../lib/available-memory.ts';
import type { MachineCapacity } from '../recommend.ts';
import { modelsDirectory } from './models-directory.ts';

export interface CapacitySettings {
  dataDir: string;
  /** Limit of the memory of all models; 0 = no limit. */
  modelMemoryBytes: number;
}

export async function readMachineCapacity(settings: CapacitySettings): Promise<MachineCapacity> {
  const available = availableMemoryBytes();
  return {
    memoryBytes: settings.modelMemoryBytes === 0 ? available : Math.min(available, settings.modelMemoryBytes),
    diskBytes: await freeDiskBytes(modelsDirectory(settings)),
    cores: availableParallelism(),
  };
}

/** Free bytes on the disk of the folder, or of its nearest parent that exists. */
async function freeDiskBytes(folder: string): Promise<number> {
  const found = await statfs(folder).catch(() => undefined);
  if (found !== undefined) return found.bavail * found.bsize;
  const parent = dirname(folder);
  return parent === folder ? 0 : await freeDiskBytes(parent);
}
