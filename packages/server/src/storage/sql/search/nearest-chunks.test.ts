import { expect, it } from 'vitest';
import { systemClock } from '../../../lib/clock.ts';
import { createIdSource } from '../../../lib/ids.ts';
import { toUnitVector } from '../../../lib/unit-vector.ts';
import { openSqliteFixture } from '../testing/sqlite-fixture.ts';

const CHUNKS = 4200;
const DIMENSIONS = 8;

/** Distinct points on a spiral. */
const vectorOf = (i: number) =>
  toUnitVector(Array.from({ length: DIMENSIONS }, (_, d) => Math.sin((i + 1) * (d + 1) * 0.37) + d / 10));

it('finds the same nearest chunks of a large store in a thread, in a transaction and by a full scan', async () => {
  const ids = createIdSource(systemClock);
  const fixture = await openSqliteFixture(systemClock, ids);
  try {
    const { projectId } = await fixture.repositories.system().installation.retrieve();
    const scope = fixture.repositories.forProject(projectId);
    const storeId = ids('vs_');
    const times = { createdAt: 1, lastActiveAt: 1, expiresAt: null, expiresAfterDays: null };
    await scope.vectorStores.create({ id: storeId, name: '', description: null, metadata: {}, ...times });
    const file = { storeId, id: 'file-1', batchId: null, jobId: 'job', attributes: {}, createdAt: 1 };
    await scope.vectorStoreFiles.create({ ...file, chunkTokens: 100, overlapTokens: 0 });
    const chunks = Array.from({ length: CHUNKS }, (_, i) => {
      const span = { page: null, start: i, end: i + 1 };
      return {
        text: `${i}`,
        ...span,
        vectors: [vectorOf(i)],
        terms: new Map([[i % 1000 === 7 ? 'rare' : 'common', 1]]),
      };
    });
    await scope.vectorStoreFiles.complete({ storeId, id: 'file-1' }, 'job', { chunks, embeddingModel: 'tiny' });

    const vector = vectorOf(17.5);
    const dot = (other: Float32Array) => other.reduce((sum, value, i) => sum + value * (vector[i] ?? 0), 0);
    const byHand = chunks
      .map(({ vectors }, i) => ({ i, score: dot(vectors[0] ?? vector) }))
      .toSorted((a, b) => b.score - a.score);
    const apart = await scope.vectorStores.nearest({ storeId, vector, limit: 10 });
    expect(apart.map(({ chunkKey }) => chunkKey % 2 ** 20)).toEqual(byHand.slice(0, 10).map(({ i }) => i));
    for (const [rank, { score }] of apart.entries()) expect(score).toBeCloseTo(byHand[rank]?.score ?? 2, 5);
    const tx = await scope.transaction((tx) => tx.vectorStores.nearest({ storeId, vector, limit: 10 }));
    expect(tx).toEqual(apart);
    const words = { storeId, terms: ['rare'], limit: 10 };
    const found = await scope.vectorStores.search(words);
    expect(found.map(({ chunkKey }) => chunkKey % 2 ** 20)).toEqual([7, 1007, 2007, 3007, 4007]);
    expect(await scope.transaction((tx) => tx.vectorStores.search(words))).toEqual(found);
  } finally {
    await fixture.dispose();
  }
}, 60_000);
