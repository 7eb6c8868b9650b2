/**
 * Door: approximate nearest neighbours, apart for each store. An index is made of what a table holds and may be lost at any time: whoever
 * fills it keeps count of what was put in, and looks at what it answers again in the table. One change of a store is made at a time;
 * questions are answered meanwhile.
 */
export interface VectorIndex {
  /** An empty index for a store, in the place of what was there. */
  create(store: string, dimensions: number): Promise<void>;
  /**
   * Keys of about the nearest vectors by their products with `vector`, the nearest first; fewer where there are fewer. Undefined where the
   * store has no index (any more). Rejects for a vector of another length.
   */
  nearest(store: string, vector: Float32Array, count: number): Promise<number[] | undefined>;
  /** `vectors` lie one after the other; what is held under a key is replaced. Rejects where there is no index, or for other lengths. */
  add(store: string, keys: readonly number[], vectors: Float32Array): Promise<void>;
  /** Keys that are not there are left out. Rejects where there is no index. */
  remove(store: string, keys: readonly number[]): Promise<void>;
  /** Writes the index to a file, which is whole only when this has resolved. */
  save(store: string, path: string): Promise<void>;
  /** Takes a file that `save` wrote as the store's index. Rejects when it cannot be read. */
  load(store: string, path: string): Promise<void>;
  /** Forgets the store. */
  drop(store: string): Promise<void>;
  /** Forgets everything; what is under way is rejected. */
  close(): void;
}

/** About what an index takes in memory per vector, in bytes. */
export const bytesPerVector = (dimensions: number) => dimensions * 2 + 360;
