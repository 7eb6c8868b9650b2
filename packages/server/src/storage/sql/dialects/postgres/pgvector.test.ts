import { expect, it } from 'vitest';
import { systemClock } from '../../../../lib/clock.ts';
import { createIdSource } from '../../../../lib/ids.ts';
import { openPostgresFixture, runOnPostgres } from '../../testing/postgres-fixture.ts';
import { pgvectorBin, postgresMissing } from '../../testing/postgres-server.ts';

const ids = createIdSource(systemClock);

it.skipIf(pgvectorBin === '')(
  'uses pgvector if the server has it, completes its table at every start, and deletes its rows with the vectors',
  async () => {
    const fixture = await openPostgresFixture(systemClock, ids, pgvectorBin);
    try {
      expect(await fixture.repositories.describe()).toMatch(/, vectors compared by pgvector \d+\.\d+/);
      const { projectId } = await fixture.repositories.system().installation.retrieve();
      const scope = fixture.repositories.forProject(projectId);
      const storeId = ids('vs_');
      const times = { createdAt: 1, lastActiveAt: 1, expiresAt: null, expiresAfterDays: null };
      await scope.vectorStores.create({ id: storeId, name: '', description: null, metadata: {}, ...times });
      const ref = { storeId, id: 'file-1' };
      const record = { ...ref, batchId: null, jobId: 'job', attributes: {}, createdAt: 1 };
      await scope.vectorStoreFiles.create({ ...record, chunkTokens: 100, overlapTokens: 0 });
      const vectors = [Float32Array.of(1, 0), Float32Array.of(0.6, 0.8), Float32Array.of(0, 0)];
      const chunks = vectors.map((vector, i) => {
        return { text: `${i}`, page: null, start: i, end: i + 1, vectors: [vector], terms: new Map() };
      });
      await scope.vectorStoreFiles.complete(ref, 'job', { chunks, embeddingModel: 'tiny' });
      const find = async () =>
        (await scope.vectorStores.nearest({ storeId, vector: Float32Array.of(0.6, 0.8), limit: 3 })).map(
          ({ score }) => score,
        );
      expect(await find()).toEqual([1, expect.closeTo(0.6, 6), expect.closeTo(0, 6)]);

      const first = 'delete from text_chunk_pgvectors where key = (select min(key) from text_chunk_pgvectors)';
      await runOnPostgres(fixture.url, first);
      expect(await find()).toHaveLength(2);
      await fixture.openAgain();
      expect(await find()).toHaveLength(3);
      await scope.vectorStoreFiles.delete(ref);
      expect(await runOnPostgres(fixture.url, 'select key from text_chunk_pgvectors')).toEqual([]);
    } finally {
      await fixture.dispose();
    }
  },
);

it.skipIf(postgresMissing !== undefined)('works without pgvector if the server lacks it, and reports so', async () => {
  const fixture = await openPostgresFixture(systemClock, ids);
  const text = await fixture.repositories.describe();
  await fixture.dispose();
  expect(text).toContain('vectors compared by this process (no pgvector: the server does not have it)');
});
