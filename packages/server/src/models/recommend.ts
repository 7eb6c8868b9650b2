/** Which models of the catalogue a machine has room for, and which of them a first start pulls. Pure. */
import { type CatalogueModel, catalogue, type ModelKind } from './catalogue.ts';

/** What a machine has to spare. */
export interface MachineRoom {
  /** Bytes that can be allocated now. */
  memoryBytes: number;
  /** Free bytes where models are kept. */
  diskBytes: number;
  cores: number;
}

export interface Recommendation {
  model: CatalogueModel;
  /** Whether memory and disk suffice. */
  fits: boolean;
  /** What speaks against the model here, as the end of a sentence about it; undefined = nothing. */
  obstacle?: string;
  /** Whether a first start and `selfsame pull` choose it, when its sources deliver it. */
  chosen: boolean;
}

/** Memory that a model leaves to the server and the system. */
const MEMORY_RESERVE_BYTES = 300_000_000;
/** Disk that a model leaves free. */
const DISK_RESERVE_BYTES = 1_000_000_000;
/** Maximum size of a file that is pulled unasked: larger ones are a person's decision. */
export const MAX_UNASKED_BYTES = 1_500_000_000;
/** Rate that download times are told for, in bits per second. */
export const ASSUMED_BITS_PER_SECOND = 50_000_000;

/** Every recommended model of the kind with what speaks for it here, best first. */
export function recommend(
  kind: ModelKind,
  room: MachineRoom,
  models: readonly CatalogueModel[] = catalogue,
): Recommendation[] {
  const ofKind = models.filter((model) => model.kind === kind && model.recommended);
  const [starter] = starterCandidates(kind, room, models);
  return ofKind.map((model) => {
    const obstacle = obstacleOf(model, room);
    const isSlow = room.cores < (model.minCores ?? 1);
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

/** Models of the kind that may be pulled unasked, best first: where one cannot be had, the next one is tried. */
export function starterCandidates(
  kind: ModelKind,
  room: MachineRoom,
  models: readonly CatalogueModel[] = catalogue,
): CatalogueModel[] {
  return models.filter(
    (model) =>
      model.kind === kind &&
      model.recommended &&
      model.diskBytes <= MAX_UNASKED_BYTES &&
      room.cores >= (model.minCores ?? 1) &&
      obstacleOf(model, room) === undefined,
  );
}

/** Seconds that pulling so many bytes takes at the assumed rate. */
export function pullSeconds(bytes: number): number {
  return (bytes * 8) / ASSUMED_BITS_PER_SECOND;
}

function obstacleOf({ memoryBytes, diskBytes }: CatalogueModel, room: MachineRoom): string | undefined {
  if (memoryBytes + MEMORY_RESERVE_BYTES > room.memoryBytes)
    return `needs ${toGigabytes(memoryBytes)} GB of memory of the ${toGigabytes(room.memoryBytes)} GB that are free`;
  if (diskBytes + DISK_RESERVE_BYTES > room.diskBytes)
    return `needs ${toGigabytes(diskBytes)} GB of disk of the ${toGigabytes(room.diskBytes)} GB that are free`;
  return undefined;
}

function toGigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
