/** What `selfsame pull --recommend` and `selfsame doctor` say of the recommended models: what fits here and what it costs. */
import type { Config } from '../config/load.ts';
import { MODEL_KINDS } from '../engines/registry.ts';
import type { CatalogueModel } from '../models/catalogue.ts';
import { ASSUMED_BITS_PER_SECOND, type MachineRoom, pullSeconds, recommend } from '../models/recommend.ts';
import { readMachineRoom } from './machine-room.ts';

export interface RecommendationRow {
  id: string;
  kind: string;
  diskBytes: number;
  memoryBytes: number;
  /** How long its pull takes at the assumed rate. */
  time: string;
  licence: string;
  /** Whether this project has run the model. */
  tested: boolean;
  /** What speaks for or against it on this machine. */
  verdict: string;
}

export interface Recommendations {
  room: MachineRoom;
  rows: RecommendationRow[];
  /** The rate that times are told for. */
  rate: string;
}

export const RATE = `${ASSUMED_BITS_PER_SECOND / 1e6} Mbit/s`;

export async function recommendModels(
  config: Pick<Config, 'dataDir' | 'modelMemoryBytes'>,
  room?: MachineRoom,
): Promise<Recommendations> {
  const spare = room ?? (await readMachineRoom(config));
  const rows = MODEL_KINDS.flatMap((kind) => {
    const found = recommend(kind, spare);
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
  return { room: spare, rows, rate: RATE };
}

/** What the model costs, in words. */
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
