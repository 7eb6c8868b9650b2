/** The worker thread behind usearch-index.ts. It holds the indexes and runs one task at a time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { Index, MetricKind, ScalarKind } from 'usearch';
import { serveTasks } from '../../../lib/serve-tasks.ts';
import { digestOf, digestPath } from './digest.ts';

export type IndexTask = { store: string } & (
  | { type: 'create'; dimensions: number }
  | { type: 'nearest'; vector: Float32Array; count: number }
  | { type: 'add'; keys: readonly number[]; vectors: Float32Array }
  | { type: 'remove'; keys: readonly number[] }
  | { type: 'save' | 'load'; path: string }
  | { type: 'drop' }
);

export type IndexAnswer = { keys: number[] | undefined } | { error: string };

/** Number of neighbours of a vector in the graph. */
const CONNECTIVITY = 32;
/** Number of candidates while a vector is added or searched. More candidates are slower and improve recall. */
const EXPANSION_ADD = 128;
const EXPANSION_SEARCH = 384;
const ONE_THREAD = 1;

const indexes = new Map<string, Index>();

function createIndex(dimensions: number): Index {
  return new Index({
    dimensions,
    // All vectors have length 1, or are zero.
    metric: MetricKind.IP,
    quantization: ScalarKind.F16,
    connectivity: CONNECTIVITY,
    expansion_add: EXPANSION_ADD,
    expansion_search: EXPANSION_SEARCH,
    multi: false,
  });
}

function held(store: string): Index {
  const index = indexes.get(store);
  if (index === undefined) throw new Error('the store has no index');
  return index;
}

function checked(index: Index, vectors: Float32Array, count: number): Float32Array {
  if (vectors.length === count * index.dimensions()) return vectors;
  throw new Error(`its vectors have ${index.dimensions()} dimensions`);
}

const toKeys = (keys: readonly number[]) => BigUint64Array.from(keys, BigInt);

function remove(index: Index, keys: readonly number[]): void {
  const present = toKeys(keys).filter((key) => index.contains(key) === true);
  if (present.length > 0) index.remove(present);
}

function nearest(index: Index, vector: Float32Array, count: number): number[] {
  const limit = Math.min(count, index.size());
  if (limit === 0) return [];
  return Array.from(index.search(checked(index, vector, 1), limit, ONE_THREAD).keys, Number);
}

function save(index: Index, path: string): void {
  index.save(path);
  writeFileSync(digestPath(path), digestOf(path, { sync: true }));
}

/** Checks the digest first, because usearch ends the process on a damaged file. */
function load(path: string): Index {
  if (readFileSync(digestPath(path), 'utf8') !== digestOf(path)) throw new Error(`${path} is damaged`);
  const index = createIndex(1);
  index.load(path);
  return index;
}

function work(task: IndexTask): number[] | undefined {
  const { type, store } = task;
  if (type === 'create') indexes.set(store, createIndex(task.dimensions));
  else if (type === 'load') indexes.set(store, load(task.path));
  else if (type === 'drop') indexes.delete(store);
  else if (type === 'nearest') {
    const index = indexes.get(store);
    return index && nearest(index, task.vector, task.count);
  } else if (type === 'add') {
    const index = held(store);
    const vectors = checked(index, task.vectors, task.keys.length);
    remove(index, task.keys);
    index.add(toKeys(task.keys), vectors, ONE_THREAD);
  } else if (type === 'remove') remove(held(store), task.keys);
  else save(held(store), task.path);
  return undefined;
}

serveTasks((task: IndexTask): IndexAnswer => {
  try {
    return { keys: work(task) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
});
