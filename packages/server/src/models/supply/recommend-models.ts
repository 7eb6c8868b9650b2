/**
 * Which recommended models fit this machine and what they cost, for `selfsame pull --recommend` and `selfsame doctor`.
 */
import { MODEL_KINDS } from '../../engines/model-kinds.ts';
import type { CatalogueModel } from '../catalogue/catalogue-model.ts';
import { ASSUMED_BITS_PER_SECOND, type MachineCapacity, pullSeconds, recommend } from '../recommend.ts';
import { type CapacitySettings, readMachineCapacity } from './machine-capacity.ts';

export interface RecommendationRow {
  id: string;
  kind: string;
  diskBytes: number;
  memoryBytes: number;
  /** Duration of the pull at the assumed rate. */
  time: string;
  licence: string;
  /** Whether this project has run the model. */
  tested: boolean;
  /** How well the model fits this machine. */
  verdict: string;
}

export interface Recommendations {
  capacity: MachineCapacity;
  rows: RecommendationRow[];
  /** The assumed download rate. */
  rate: string;
}

export const RATE = `${ASSUMED_BITS_PER_SECOND / 1e6} Mbit/s`;

export async function recommendModels(settings: CapacitySettings, given?: MachineCapacity): Promise<Recommendations> {
  const capacity = given ?? (await readMachineCapacity(settings));
  const rows = MODEL_KINDS.flatMap((kind) => {
    const found = recommend(kind, capacity);
    const best = found.find(({ obstacle }) => obstacle === undefined);
    return found.map(({ model, obstacle, chosen }) => ({
      id: model.id,
      kind,
      diskBytes: model.diskBytes,
      memoryBytes: model.memoryBytes,
      time: describePullTime(model.diskBytes),
      licence: model.licence.id,
      tested: model.tested,
      verdict: [
        ...(obstacle === undefined ? [model === best?.model ? 'fits best' : 'fits'] : [obstacle]),
        ...(chosen ? ['`selfsame pull` gets it'] : []),
      ].join('; '),
    }));
  });
  return { capacity, rows, rate: RATE };
}

/** Disk, memory and download time, as text. */
export function describeCost({ diskBytes, memoryBytes }: CatalogueModel): string {
  const time = describePullTime(diskBytes);
  return `${toSize(diskBytes)} of disk, ${toSize(memoryBytes)} of memory, ${time} at ${RATE}`;
}

function describePullTime(bytes: number): string {
  const seconds = pullSeconds(bytes);
  return seconds < 90
    ? `about ${Math.max(10, Math.ceil(seconds / 10) * 10)} s`
    : `about ${Math.round(seconds / 60)} min`;
}

/** e.g. `491 MB`, `2.5 GB`. */
export function toSize(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
