/** The conformance suite of the vector index door. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VectorIndex } from './vector-index.ts';

const DIMENSIONS = 32;
const COUNT = 600;
/** Keys of chunks exceed 32 bits. */
const FIRST_KEY = 2 ** 44;

/** Deterministic noise from -0.5 to 0.5. */
const noise = (seed: number) => ((Math.sin(seed) * 43_758.545_3) % 1) / 2;

/** Returns a deterministic point around one of forty centres. */
function vectorOf(index: number): Float32Array {
  const raw = Float32Array.from(
    { length: DIMENSIONS },
    (_, d) => Math.sin((index % 40) * 3.1 + d * 1.7) + 0.6 * noise(index * DIMENSIONS + d),
  );
  const length = Math.hypot(...raw);
  return raw.map((value) => value / length);
}

const flat = (indexes: readonly number[]) => Float32Array.from(indexes.flatMap((index) => [...vectorOf(index)]));
const dot = (a: Float32Array, b: Float32Array) => a.reduce((total, value, i) => total + value * (b[i] ?? 0), 0);

function exact(query: Float32Array, among: readonly number[], count: number): number[] {
  return among
    .map((index) => ({ index, score: dot(query, vectorOf(index)) }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ index }) => index + FIRST_KEY);
}

export function describeVectorIndex(name: string, createIndex: () => VectorIndex): void {
  describe(`vector index ${name}`, () => {
    const all = Array.from({ length: COUNT }, (_, i) => i);
    const keysOf = (indexes: readonly number[]) => indexes.map((index) => index + FIRST_KEY);
    let index: VectorIndex;
    let folder: string;
    beforeEach(async () => {
      index = createIndex();
      await index.create('a', DIMENSIONS);
      folder = mkdtempSync(join(tmpdir(), 'selfsame-index-'));
    });
    afterEach(() => {
      index.close();
      rmSync(folder, { recursive: true });
    });

    const nearest = async (store: string, vector: Float32Array, count: number) =>
      (await index.nearest(store, vector, count)) ?? [];

    async function recall(among: readonly number[]): Promise<number> {
      let found = 0;
      for (let query = 0; query < 10; query += 1) {
        const vector = vectorOf(COUNT + query * 7);
        const near = new Set(await nearest('a', vector, 40));
        found += exact(vector, among, 10).filter((key) => near.has(key)).length;
      }
      return found / 100;
    }

    it('finds nearly all nearest vectors of one store only', async () => {
      await index.add('a', keysOf(all), flat(all));
      await index.create('b', DIMENSIONS);
      await index.add('b', [1], flat([3]));
      expect(await recall(all)).toBeGreaterThanOrEqual(0.99);
      expect(await index.nearest('b', vectorOf(0), 5)).toEqual([1]);
      await index.create('c', DIMENSIONS);
      expect(await index.nearest('c', vectorOf(0), 5)).toEqual([]);
    });

    it('never returns removed, replaced or dropped vectors', async () => {
      await index.add('a', keysOf(all), flat(all));
      const even = all.filter((i) => i % 2 === 0);
      await index.remove('a', [...keysOf(even), 7]);
      const odd = all.filter((i) => i % 2 === 1);
      const near = await nearest('a', vectorOf(1), COUNT);
      expect(near.toSorted((a, b) => a - b)).toEqual(keysOf(odd));
      expect(await recall(odd)).toBeGreaterThanOrEqual(0.99);
      await index.add('a', keysOf([1]), flat([2]));
      expect((await nearest('a', vectorOf(2), 1))[0]).toBe(1 + FIRST_KEY);
      await index.drop('a');
      expect(await index.nearest('a', vectorOf(1), 5)).toBeUndefined();
      await expect(index.add('a', [1], flat([1]))).rejects.toThrow('no index');
    });

    it('refuses vectors of another length and keeps working', async () => {
      await index.add('a', [1, 2], flat([1, 2]));
      await expect(index.add('a', [3], new Float32Array(DIMENSIONS + 1))).rejects.toThrow();
      await expect(index.nearest('a', new Float32Array(3), 1)).rejects.toThrow();
      expect(await index.nearest('a', vectorOf(1), 1)).toEqual([1]);
    });

    it('returns the same results after save and load, and accepts changes then', async () => {
      const path = join(folder, 'a.index');
      await index.add('a', keysOf(all), flat(all));
      await index.save('a', path);
      await index.drop('a');
      await index.load('a', path);
      expect(await recall(all)).toBeGreaterThanOrEqual(0.99);
      await index.add('a', [5], flat([COUNT + 1]));
      expect((await nearest('a', vectorOf(COUNT + 1), 1))[0]).toBe(5);
      await expect(index.load('b', join(folder, 'absent'))).rejects.toThrow();
      writeFileSync(path, 'nonsense');
      await expect(index.load('b', path)).rejects.toThrow();
      expect(await index.nearest('b', vectorOf(1), 1)).toBeUndefined();
    });

    it('does not block the event loop', async () => {
      let turns = 0;
      const timer = setInterval(() => {
        turns += 1;
      }, 1);
      await index.add('a', keysOf(all), flat(all));
      clearInterval(timer);
      expect(turns).toBeGreaterThan(3);
    });
  });
}
