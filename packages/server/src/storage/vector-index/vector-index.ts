/**
 * Door: approximate nearest neighbours, with one index per store. An index is derived from a table and may be lost at
 * any time: the caller records which vectors it added and checks results against the table. A store has one change at a
 * time; queries run meanwhile.
 */
export interface VectorIndex {
  /** Creates an empty index for a store and replaces an existing one. */
  create(store: string, dimensions: number): Promise<void>;
  /**
   * Keys of approximately the nearest vectors by inner product, the nearest first, at most `count`. Undefined when the
   * store has no index. Rejects for a vector of another length.
   */
  nearest(store: string, vector: Float32Array, count: number): Promise<number[] | undefined>;
  /** `vectors` are concatenated. Replaces existing keys. Rejects without an index, or for vectors of another length. */
  add(store: string, keys: readonly number[], vectors: Float32Array): Promise<void>;
  /** Ignores unknown keys. Rejects without an index. */
  remove(store: string, keys: readonly number[]): Promise<void>;
  /** Writes the index to a file, which is complete when this resolves. */
  save(store: string, path: string): Promise<void>;
  /** Loads a file of `save` as the index of the store. Rejects when the file cannot be read. */
  load(store: string, path: string): Promise<void>;
  /** Deletes the index of the store. */
  drop(store: string): Promise<void>;
  /** Deletes all indexes and rejects running calls. */
  close(): void;
}

/** Approximate memory of an index per vector, in bytes. */
export const bytesPerVector = (dimensions: number) => dimensions * 2 + 360;
