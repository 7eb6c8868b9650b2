/** Selects the catalogue models that fit a machine, and the one that the first start pulls. Pure. */
import type { ModelKind } from '../engines/model-kinds.ts';
import type { CatalogueModel } from './catalogue/catalogue-model.ts';
import { catalogue } from './catalogue.ts';

/** Resources that a machine has left for models. */
export interface MachineCapacity {
  /** Bytes that can be allocated now. */
  memoryBytes: number;
  /** Free bytes on the disk of the models folder. */
  diskBytes: number;
  cores: number;
}

export interface Recommendation {
  model: CatalogueModel;
  /** Whether memory and disk suffice. */
  fits: boolean;
  /** Why the model does not fit well, as a predicate whose subject is the model; undefined = it fits. */
  obstacle?: string;
  /** Whether the first start and `selfsame pull` choose the model if its sources deliver it. */
  chosen: boolean;
}

/** Memory that stays free for the server and the system. */
const MEMORY_RESERVE_BYTES = 300_000_000;
/** Disk space that stays free. */
const DISK_RESERVE_BYTES = 1_000_000_000;
/** Maximum size of a model that the first start pulls: the user decides about larger ones. */
export const MAX_STARTER_BYTES = 1_500_000_000;
/** Rate for estimates of download times. */
export const ASSUMED_BITS_PER_SECOND = 50_000_000;

/** Every recommended model of the kind, best first. */
export function recommend(
  kind: ModelKind,
  capacity: MachineCapacity,
  models: readonly CatalogueModel[] = catalogue,
): Recommendation[] {
  const ofKind = models.filter((model) => model.kind === kind && model.recommended);
  const [starter] = starterCandidates(kind, capacity, models);
  return ofKind.map((model) => {
    const obstacle = obstacleOf(model, capacity);
    const isSlow = capacity.cores < (model.minCores ?? 1);
    return {
      model,
      fits: obstacle === undefined,
      chosen: model === starter,
      ...(obstacle !== undefined
        ? { obstacle }
        : isSlow && { obstacle: `is slow on fewer than ${model.minCores} cores` }),
    };
  });
}

/** Models of the kind that the first start may pull, best first: if one cannot be pulled, the next one is tried. */
export function starterCandidates(
  kind: ModelKind,
  capacity: MachineCapacity,
  models: readonly CatalogueModel[] = catalogue,
): CatalogueModel[] {
  return models.filter(
    (model) =>
      model.kind === kind &&
      model.recommended &&
      model.diskBytes <= MAX_STARTER_BYTES &&
      capacity.cores >= (model.minCores ?? 1) &&
      obstacleOf(model, capacity) === undefined,
  );
}

/** Download time at the assumed rate, in seconds. */
export function pullSeconds(bytes: number): number {
  return (bytes * 8) / ASSUMED_BITS_PER_SECOND;
}

function obstacleOf({ memoryBytes, diskBytes }: CatalogueModel, capacity: MachineCapacity): string | undefined {
  if (memoryBytes + MEMORY_RESERVE_BYTES > capacity.memoryBytes)
    return `needs ${toGigabytes(memoryBytes)} GB of memory of the ${toGigabytes(capacity.memoryBytes)} GB that are free`;
  if (diskBytes + DISK_RESERVE_BYTES > capacity.diskBytes)
    return `needs ${toGigabytes(diskBytes)} GB of disk of the ${toGigabytes(capacity.diskBytes)} GB that are free`;
  return undefined;
}

function toGigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
