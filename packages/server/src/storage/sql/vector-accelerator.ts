/**
 * Keeps an approximate index of the vectors of each large store that is searched, made in the background of what the tables hold. Invariants:
 * whoever asks learns up to which version of the store the files are in the index, and looks at later ones itself, so that no search waits
 * for it; nothing that an index answers is believed without a look at the tables; memory has a limit.
 */
import type { Clock } from '../../lib/clock.ts';
import { bytesPerVector, type VectorIndex } from '../vector-index/vector-index.ts';
import { deleteIndexFiles, type HeldFile, listSaved, loadIndex, saveIndex } from './index-files.ts';
import { listGone, listLater, listPresent, readVectors } from './indexed-files.ts';
import type { SqlDatabase } from './sql-database.ts';
import { firstKey } from './text-chunks.ts';

/** Who has not been asked for so long leaves. */
const IDLE_MS = 15 * 60_000;
/** Who was asked within this makes room for nobody. */
const IN_USE_MS = 60_000;
const SWEEP_MS = 60_000;
/** A file is written again when this part of the index is new. */
const SAVED_PART = 0.1;

export interface AcceleratorOptions {
  index: VectorIndex;
  /** Where indexes outlive the process; undefined: nowhere. */
  folder?: string | undefined;
  /** Of all indexes together. */
  limitBytes: number;
  /** Vectors from which on a store is indexed: fewer are compared one by one. */
  leastVectors: number;
  clock: Clock;
  /** Told why an index could not be made; its store is then searched without it. */
  onError?: ((error: unknown) => void) | undefined;
}

export interface IndexedStore {
  id: string;
  version: number;
  /** The version with which something was last taken out. */
  shrunkVersion: number;
}

export interface VectorAccelerator {
  readonly leastVectors: number;
  /** `watermark`: all files up to this version of the store were looked at; 0: none. */
  nearest(
    store: IndexedStore,
    vector: Float32Array,
    count: number,
  ): Promise<{ watermark: number; keys: readonly number[] }>;
  /** Resolves when nothing is being indexed: for tests and measurements. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A store's index. */
interface Held {
  id: string;
  dimensions: number;
  watermark: number;
  /** The version up to which everything that was taken out is out of the index. */
  comparedAt: number;
  files: Map<number, HeldFile>;
  vectors: number;
  /** Vectors that its file lacks or has too many. */
  unsaved: number;
  usedAt: number;
  work: Promise<void> | undefined;
  /** It cannot be indexed. */
  failed: boolean;
}

const empty = (id: string, usedAt: number): Held => ({
  id,
  dimensions: 0,
  watermark: 0,
  comparedAt: 0,
  files: new Map(),
  vectors: 0,
  unsaved: 0,
  usedAt,
  work: undefined,
  failed: false,
});

export function createVectorAccelerator(database: SqlDatabase, options: AcceleratorOptions): VectorAccelerator {
  const { index, folder, clock, leastVectors, onError } = options;
  const stores = new Map<string, Held>();
  const abort = new AbortController();
  let cleaned: Promise<void> | undefined;
  const sweeper = setInterval(() => leave(clock.now() - IDLE_MS), SWEEP_MS).unref();

  const bytesOf = ({ vectors, dimensions }: Held) => vectors * bytesPerVector(dimensions);
  const usedBytes = () => stores.values().reduce((total, held) => total + bytesOf(held), 0);

  function forget(held: Held): void {
    if (stores.get(held.id) !== held) return;
    stores.delete(held.id);
    void index.drop(held.id).catch(() => undefined);
  }

  /** Whoever was last asked before `time`, the longest ago first, until `enough`. */
  function leave(time: number, enough = () => false): void {
    const idle = [...stores.values()].filter(({ work, usedAt }) => work === undefined && usedAt < time);
    for (const held of idle.toSorted((a, b) => a.usedAt - b.usedAt)) {
      if (enough()) return;
      forget(held);
    }
  }

  function hasRoom(held: Held, vectors: number): boolean {
    const fits = () => usedBytes() + vectors * bytesPerVector(held.dimensions) <= options.limitBytes;
    if (!fits()) leave(clock.now() - IN_USE_MS, fits);
    return fits();
  }

  /** What was kept of stores that are gone. */
  async function deleteOrphans(from: string): Promise<void> {
    const saved = await listSaved(from);
    const present = new Set(await listPresent(database.reader, saved));
    for (const id of saved) if (!present.has(id)) await deleteIndexFiles(from, id);
  }

  async function begin(held: Held): Promise<void> {
    if (folder === undefined) return;
    cleaned ??= deleteOrphans(folder);
    await cleaned;
    const saved = await loadIndex(index, folder, held.id);
    if (saved === undefined) return;
    Object.assign(held, saved);
    // What the file knows may be of another time of the database: everything is compared.
    held.comparedAt = 0;
  }

  async function removeFile(held: Held, key: number): Promise<void> {
    const { vectors } = held.files.get(key) ?? { vectors: 0 };
    held.files.delete(key);
    await index.remove(
      held.id,
      Array.from({ length: vectors }, (_, i) => firstKey(key) + i),
    );
    held.vectors -= vectors;
    held.unsaved += vectors;
  }

  async function addFile(held: Held, file: HeldFile & { key: number }): Promise<void> {
    const { key, version } = file;
    if (held.files.has(key)) await removeFile(held, key);
    let vectors = 0;
    for await (const part of readVectors(database, key)) {
      abort.signal.throwIfAborted();
      if (held.dimensions === 0) {
        held.dimensions = part.dimensions;
        await index.create(held.id, part.dimensions);
      }
      await index.add(held.id, part.keys, part.vectors);
      vectors += part.keys.length;
      held.vectors += part.keys.length;
    }
    held.files.set(key, { version, vectors });
    held.unsaved += vectors;
    held.watermark = version;
  }

  async function compare(held: Held): Promise<void> {
    const { version, gone } = await listGone(database.reader, held.id, held.files);
    for (const key of gone) await removeFile(held, key);
    held.comparedAt = version;
  }

  async function catchUp(held: Held, shrunkVersion: number): Promise<void> {
    if (held.dimensions === 0) await begin(held);
    if (held.comparedAt < shrunkVersion || held.comparedAt === 0) await compare(held);
    for (;;) {
      const files = await listLater(database.reader, held.id, held.watermark);
      for (const file of files) {
        abort.signal.throwIfAborted();
        if (!hasRoom(held, file.vectors)) return;
        await addFile(held, file);
      }
      if (files.length === 0) break;
    }
    if (folder === undefined || held.unsaved < held.vectors * SAVED_PART || held.vectors === 0) return;
    await saveIndex(index, folder, held);
    held.unsaved = 0;
  }

  function work(held: Held, { version, shrunkVersion }: IndexedStore): void {
    const current = held.watermark >= version && held.comparedAt >= shrunkVersion;
    if (current || held.failed || held.work !== undefined || abort.signal.aborted) return;
    held.work = catchUp(held, shrunkVersion)
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        held.failed = true;
        onError?.(new Error(`The vectors of ${held.id} cannot be indexed: ${String(error)}`, { cause: error }));
      })
      .finally(() => {
        held.work = undefined;
      });
  }

  return {
    leastVectors,
    async nearest(store, vector, count) {
      const held = stores.get(store.id) ?? empty(store.id, 0);
      stores.set(store.id, held);
      held.usedAt = clock.now();
      // A database that was put back to an earlier time.
      if (held.watermark > store.version) forget(held);
      else work(held, store);
      const { watermark } = held;
      if (watermark === 0 || held.failed) return { watermark: 0, keys: [] };
      const keys = await index.nearest(store.id, vector, count).catch(() => undefined);
      if (keys !== undefined) return { watermark, keys };
      forget(held);
      return { watermark: 0, keys: [] };
    },
    async settle() {
      for (const { work: running } of stores.values()) await running;
    },
    async close() {
      clearInterval(sweeper);
      abort.abort();
      index.close();
      await Promise.all(stores.values().map((held) => held.work));
    },
  };
}
