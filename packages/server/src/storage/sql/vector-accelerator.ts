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
    this.#sweeper = setInterval(() => this.#leave(options.clock.now() - IDLE_MS), SWEEP_MS).unref();
  }

  get leastVectors(): number {
    return this.#options.leastVectors;
  }

  async nearest(store: IndexedStore, vector: Float32Array, count: number) {
    const held = this.#stores.get(store.id) ?? empty(store.id, 0);
    this.#stores.set(store.id, held);
    held.usedAt = this.#options.clock.now();
    // A database that was put back to an earlier time.
    if (held.watermark > store.version) this.#forget(held);
    else this.#work(held, store);
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

  /** Whoever was last asked before `time`, the longest ago first, until `enough`. */
  #leave(time: number, enough = () => false): void {
    const idle = [...this.#stores.values()].filter(({ work, usedAt }) => work === undefined && usedAt < time);
    for (const held of idle.toSorted((a, b) => a.usedAt - b.usedAt)) {
      if (enough()) return;
      this.#forget(held);
    }
  }

  #hasRoom({ dimensions }: Held, more: number): boolean {
    const { limitBytes, clock } = this.#options;
    const used = () =>
      this.#stores.values().reduce((total, held) => total + held.vectors * bytesPerVector(held.dimensions), 0);
    const fits = () => used() + more * bytesPerVector(dimensions) <= limitBytes;
    if (!fits()) this.#leave(clock.now() - IN_USE_MS, fits);
    return fits();
  }

  #work(held: Held, { version, shrunkVersion }: IndexedStore): void {
    const current = held.watermark >= version && held.comparedAt >= shrunkVersion;
    if (current || held.failed || held.work !== undefined || this.#abort.signal.aborted) return;
    held.work = this.#catchUp(held, shrunkVersion)
      .catch((error: unknown) => {
        // Nobody waits for an index that was left or closed.
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
        if (!this.#hasRoom(held, file.vectors)) return;
        await this.#addFile(held, file);
      }
      if (files.length === 0) break;
    }
    if (folder === undefined || held.unsaved < held.vectors * SAVED_PART || held.vectors === 0) return;
    await saveIndex(index, folder, held);
    held.unsaved = 0;
  }

  /** Begins with what was kept. It may be of another time of the database: everything is compared. */
  async #load(held: Held, folder: string): Promise<void> {
    this.#cleaned ??= this.#deleteOrphans(folder);
    await this.#cleaned;
    Object.assign(held, await loadIndex(this.#options.index, folder, held.id), { comparedAt: 0 });
  }

  /** What was kept of stores that are gone. */
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
