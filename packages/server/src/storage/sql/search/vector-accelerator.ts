/**
 * Keeps an approximate index of the vectors of each large store that is searched, built from the tables in the
 * background. Invariants: a query returns the version of the store up to which files are indexed, and its caller scans
 * later files itself, so that no search waits for indexing; candidates are always checked against the tables; memory is
 * limited.
 */
import type { Clock } from '../../../lib/clock.ts';
import { bytesPerVector, type VectorIndex } from '../../vector-index/vector-index.ts';
import type { SqlDatabase } from '../sql-database.ts';
import { deleteIndexFiles, type HeldFile, listSaved, loadIndex, saveIndex } from './index-files.ts';
import { listGone, listLater, listPresent, readVectors } from './indexed-files.ts';
import { firstKey } from './text-chunks.ts';

/** Indexes unused for this long are unloaded. */
const IDLE_MS = 15 * 60_000;
/** Indexes used within this time are never evicted for others. */
const IN_USE_MS = 60_000;
const SWEEP_MS = 60_000;
/** An index is saved again when this share of it has changed. */
const MIN_SAVED_SHARE = 0.1;

export interface AcceleratorOptions {
  index: VectorIndex;
  /** Folder for index files; without it, indexes are lost with the process. */
  folder?: string | undefined;
  /** Memory limit of all indexes together. */
  limitBytes: number;
  /** Stores with fewer vectors are not indexed. */
  minVectors: number;
  clock: Clock;
  /** Called when a store cannot be indexed; the store is then searched exactly. */
  onError?: ((error: unknown) => void) | undefined;
}

export interface IndexedStore {
  id: string;
  version: number;
  /** The version in which a file was last removed. */
  shrunkVersion: number;
}

export interface VectorAccelerator {
  readonly minVectors: number;
  /** `watermark`: all files up to this version of the store are in the index; 0 means none. */
  nearest(
    store: IndexedStore,
    vector: Float32Array,
    count: number,
  ): Promise<{ watermark: number; keys: readonly number[] }>;
  /** Resolves when no store is being indexed: for tests and measurements. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** The index of one store. */
interface Held {
  id: string;
  dimensions: number;
  watermark: number;
  /** The version up to which removed files have left the index. */
  comparedAt: number;
  files: Map<number, HeldFile>;
  vectors: number;
  /** Number of changes since the index was last saved. */
  unsaved: number;
  usedAt: number;
  work: Promise<void> | undefined;
  /** Indexing has failed and is not tried again. */
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

class IndexAccelerator implements VectorAccelerator {
  readonly #database: SqlDatabase;
  readonly #options: AcceleratorOptions;
  readonly #stores = new Map<string, Held>();
  readonly #abort = new AbortController();
  readonly #sweeper: NodeJS.Timeout;
  #cleaned: Promise<void> | undefined;

  constructor(database: SqlDatabase, options: AcceleratorOptions) {
    this.#database = database;
    this.#options = options;
    this.#sweeper = setInterval(() => this.#unloadIdle(options.clock.now() - IDLE_MS), SWEEP_MS).unref();
  }

  get minVectors(): number {
    return this.#options.minVectors;
  }

  async nearest(store: IndexedStore, vector: Float32Array, count: number) {
    const held = this.#stores.get(store.id) ?? empty(store.id, 0);
    this.#stores.set(store.id, held);
    held.usedAt = this.#options.clock.now();
    // The database was restored to an earlier state.
    if (held.watermark > store.version) this.#forget(held);
    else this.#startCatchUp(held, store);
    const { watermark } = held;
    if (watermark === 0 || watermark > store.version || held.failed) return NOTHING;
    const keys = await this.#options.index.nearest(store.id, vector, count).catch(() => undefined);
    if (keys !== undefined) return { watermark, keys };
    this.#forget(held);
    return NOTHING;
  }

  async settle(): Promise<void> {
    for (const { work } of this.#stores.values()) await work;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#abort.abort();
    this.#options.index.close();
    await this.settle();
  }

  #forget(held: Held): void {
    if (this.#stores.get(held.id) !== held) return;
    this.#stores.delete(held.id);
    void this.#options.index.drop(held.id).catch(() => undefined);
  }

  /** Unloads indexes last used before `time`, least recently used first, until `enough` returns true. */
  #unloadIdle(time: number, enough = () => false): void {
    const idle = [...this.#stores.values()].filter(({ work, usedAt }) => work === undefined && usedAt < time);
    for (const held of idle.toSorted((a, b) => a.usedAt - b.usedAt)) {
      if (enough()) return;
      this.#forget(held);
    }
  }

  #hasMemory({ dimensions }: Held, more: number): boolean {
    const { limitBytes, clock } = this.#options;
    const used = () =>
      this.#stores.values().reduce((total, held) => total + held.vectors * bytesPerVector(held.dimensions), 0);
    const fits = () => used() + more * bytesPerVector(dimensions) <= limitBytes;
    if (!fits()) this.#unloadIdle(clock.now() - IN_USE_MS, fits);
    return fits();
  }

  #startCatchUp(held: Held, { version, shrunkVersion }: IndexedStore): void {
    const current = held.watermark >= version && held.comparedAt >= shrunkVersion;
    if (current || held.failed || held.work !== undefined || this.#abort.signal.aborted) return;
    held.work = this.#catchUp(held, shrunkVersion)
      .catch((error: unknown) => {
        // The index was unloaded or closed meanwhile.
        if (this.#abort.signal.aborted || this.#stores.get(held.id) !== held) return;
        held.failed = true;
        const problem = `The vectors of ${held.id} cannot be indexed: ${String(error)}`;
        this.#options.onError?.(new Error(problem, { cause: error }));
      })
      .finally(() => {
        held.work = undefined;
      });
  }

  async #catchUp(held: Held, shrunkVersion: number): Promise<void> {
    const { index, folder } = this.#options;
    if (held.dimensions === 0 && folder !== undefined) await this.#load(held, folder);
    if (held.comparedAt < shrunkVersion || held.comparedAt === 0) await this.#compare(held);
    for (;;) {
      const files = await listLater(this.#database.reader, held.id, held.watermark);
      for (const file of files) {
        this.#abort.signal.throwIfAborted();
        if (!this.#hasMemory(held, file.vectors)) return;
        await this.#addFile(held, file);
      }
      if (files.length === 0) break;
    }
    if (folder === undefined || held.unsaved < held.vectors * MIN_SAVED_SHARE || held.vectors === 0) return;
    await saveIndex(index, folder, held);
    held.unsaved = 0;
  }

  /** Loads a saved index. It may be older or newer than the database, so all of its files are compared. */
  async #load(held: Held, folder: string): Promise<void> {
    this.#cleaned ??= this.#deleteOrphans(folder);
    await this.#cleaned;
    Object.assign(held, await loadIndex(this.#options.index, folder, held.id), { comparedAt: 0 });
  }

  /** Deletes the saved indexes of deleted stores. */
  async #deleteOrphans(folder: string): Promise<void> {
    const saved = await listSaved(folder);
    const present = new Set(await listPresent(this.#database.reader, saved));
    for (const id of saved) if (!present.has(id)) await deleteIndexFiles(folder, id);
  }

  async #compare(held: Held): Promise<void> {
    const { version, gone } = await listGone(this.#database.reader, held.id, held.files);
    for (const key of gone) await this.#removeFile(held, key);
    held.comparedAt = version;
  }

  async #removeFile(held: Held, key: number): Promise<void> {
    const { vectors } = held.files.get(key) ?? { vectors: 0 };
    held.files.delete(key);
    const keys = Array.from({ length: vectors }, (_, i) => firstKey(key) + i);
    await this.#options.index.remove(held.id, keys);
    held.vectors -= vectors;
    held.unsaved += vectors;
  }

  async #addFile(held: Held, { key, version }: HeldFile & { key: number }): Promise<void> {
    const { index } = this.#options;
    if (held.files.has(key)) await this.#removeFile(held, key);
    let vectors = 0;
    for await (const part of readVectors(this.#database, key)) {
      this.#abort.signal.throwIfAborted();
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
}

const NOTHING = { watermark: 0, keys: [] };

export function createVectorAccelerator(database: SqlDatabase, options: AcceleratorOptions): VectorAccelerator {
  return new IndexAccelerator(database, options);
}
