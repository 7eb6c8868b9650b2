import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkerPool } from '../../jobs/worker-pool.ts';
import { createManualClock, systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { searchChunks } from '../../retrieval/search.ts';
import { openSqliteFixture, type SqliteFixture } from '../../storage/sql/testing/sqlite-fixture.ts';
import expire from './expire.task.ts';
import { openReader } from './testing/open-reader.ts';

const { signal } = new AbortController();
const PATIENCE = { timeout: 15_000, interval: 20 };

let folder: string;
let fixture: SqliteFixture;
let pools: WorkerPool[];
const clock = createManualClock(Date.now());
const ids = createIdSource(systemClock);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-ingest-'));
  fixture = await openSqliteFixture(clock, ids);
  pools = [];
});

afterEach(async () => {
  for (const pool of pools) await pool.stop(0);
  await fixture.dispose();
  await rm(folder, { recursive: true });
});

type Reader = Awaited<ReturnType<typeof openReader>>;

async function open(modelId: string, builtIn = false): Promise<Reader> {
  return openReader({ repositories: fixture.repositories, ids, folder, modelId, builtIn });
}

const statusOf = async ({ scope }: Reader, storeId: string, id: string) =>
  (await scope.vectorStoreFiles.retrieve({ storeId, id }))?.status;

async function search({ scope, services: { models } }: Reader, storeId: string, query: string, limit = 10) {
  const store = await scope.vectorStores.retrieve(storeId);
  if (store === undefined) throw new Error('expected a store');
  const what = { store, queries: [query], hybrid: true, limit, threshold: 0 };
  return searchChunks({ models, scope, signal, onUsage: () => undefined }, what);
}

describe('reading files for vector stores', () => {
  it('meters embedded tokens once when a file is completed', async () => {
    const reader = await open('model-a');
    const storeId = await reader.makeStore();
    pools.push(reader.startPool());
    const file = await reader.put(storeId, 'An apple is a fruit.');
    await expect.poll(() => statusOf(reader, storeId, file), PATIENCE).toBe('completed');
    const [{ text: input } = { text: '' }] = await reader.scope.vectorStoreFiles.listChunks({ storeId, id: file });
    const model = await reader.services.models.embeddingModel('model-a');
    const whole = await model.doEmbed({ inputs: [input], nameInput: String }, { signal, priority: 'batch' });
    const { records } = await reader.scope.usageEvents.list({ limit: 10 });
    expect(records).toMatchObject([
      { operationId: 'vectorStores.files.create', modelId: 'model-a', inputTokens: whole.inputTokens, requests: 1 },
    ]);
  });

  it('keeps the embedding model of the first vector of a store, and names it when it is missing', async () => {
    const first = await open('model-a');
    const storeId = await first.makeStore();
    pools.push(first.startPool());
    const file = await first.put(storeId, 'An apple.');
    await expect.poll(() => statusOf(first, storeId, file), PATIENCE).toBe('completed');
    expect(await first.scope.vectorStores.retrieve(storeId)).toMatchObject({ embeddingModel: 'model-a' });
    await pools.pop()?.stop(1000);

    const second = await open('model-b');
    pools.push(second.startPool());
    const late = await second.put(storeId, 'A pear.');
    await expect.poll(() => statusOf(second, storeId, late), PATIENCE).toBe('failed');
    expect(await second.scope.vectorStoreFiles.retrieve({ storeId, id: late })).toMatchObject({
      error: { code: 'server_error', message: expect.stringContaining("'model-a'") },
    });
    await expect(search(second, storeId, 'apple')).rejects.toMatchObject({
      status: 503,
      code: 'model_unavailable',
      message: expect.stringContaining("'model-a'"),
    });
    expect(await search(first, storeId, 'apple')).toMatchObject([{ text: 'An apple.' }]);
  });

  it('fails a file with invalid_file when it is deleted before it is read', async () => {
    const reader = await open('model-a');
    const storeId = await reader.makeStore();
    const id = await reader.put(storeId, 'An apple.');
    await reader.scope.files.delete(id);
    pools.push(reader.startPool());
    await expect.poll(() => statusOf(reader, storeId, id), PATIENCE).toBe('failed');
    expect((await reader.scope.vectorStoreFiles.retrieve({ storeId, id }))?.error?.code).toBe('invalid_file');
  });

  it('removes the files of an expired store, and keeps the store', async () => {
    const reader = await open('model-a');
    const storeId = await reader.makeStore();
    const id = await reader.put(storeId, 'An apple.');
    pools.push(reader.startPool());
    await expect.poll(() => statusOf(reader, storeId, id), PATIENCE).toBe('completed');
    await reader.scope.vectorStores.update(storeId, { expiresAt: clock.now() + 1000 });
    const system = fixture.repositories.system();
    const context = { jobId: 'job_1', attempt: 1, maxAttempts: 1, signal, repositories: system };
    const run = () => expire.run(null, { ...context, finish: (work) => system.transaction(work) }, reader.services);
    await run();
    expect(await search(reader, storeId, 'apple')).toHaveLength(1);
    clock.advance(1000);
    expect(await run()).toBe(1);
    expect(await reader.scope.vectorStores.retrieve(storeId)).toMatchObject({ fileCounts: { total: 0 } });
    expect(await search(reader, storeId, 'apple')).toEqual([]);
    expect(await reader.scope.files.retrieve(id)).toMatchObject({ id });
  });

  it('returns scores that do not depend on the other files of a store', async () => {
    const reader = await open('model-a');
    const [small, large] = [await reader.makeStore(), await reader.makeStore()];
    pools.push(reader.startPool());
    const put = [
      await reader.put(small, 'Completely other matters.'),
      await reader.put(large, 'The red apple is ripe.'),
      await reader.put(large, 'Iron rusts.'),
    ];
    for (const id of put) {
      const store = id === put[0] ? small : large;
      await expect.poll(() => statusOf(reader, store, id), PATIENCE).toBe('completed');
    }
    const [poor] = await search(reader, small, 'ripe red apple');
    const [good] = await search(reader, large, 'ripe red apple');
    expect(good?.score).toBeGreaterThan(2 * (poor?.score ?? 1));
    // The vector score has a weight of a fifth for a model with a small vocabulary, else of a half.
    const [unsure] = await search(await open('model-a', true), small, 'ripe red apple');
    expect(unsure?.score).toBeCloseTo((poor?.score ?? 0) * 0.4, 9);
    // A chunk with each query word once scores nearly the maximum.
    expect(good?.score).toBeGreaterThan(0.75);
    expect((await search(reader, large, 'iron rusts'))[0]?.score).toBeGreaterThan(0.9);
  });

  it('returns the same score of a chunk for any number of results', async () => {
    const reader = await open('model-a');
    const storeId = await reader.makeStore();
    pools.push(reader.startPool());
    // The punctuation dominates the vector, so search by vector and search by words find different chunks.
    const begin = (i: number) => (i % 2 === 0 ? '! '.repeat(30) : 'zebra ');
    const paragraph = (i: number) => `${begin(i)}${`w${i} `.repeat(100)}.`;
    const text = Array.from({ length: 120 }, (_, i) => paragraph(i)).join('\n\n');
    const chunking = { type: 'static', static: { max_chunk_size_tokens: 300, chunk_overlap_tokens: 0 } } as const;
    const id = await reader.put(storeId, text, { chunking });
    await expect.poll(() => statusOf(reader, storeId, id), PATIENCE).toBe('completed');
    const query = `zebra ${'! '.repeat(10)}`;
    const all = new Map((await search(reader, storeId, query, 50)).map((each) => [each.chunkKey, each.score]));
    const few = await search(reader, storeId, query, 10);
    const shared = few.filter(({ chunkKey }) => all.has(chunkKey));
    expect(shared.some((each) => each.text.startsWith('zebra'))).toBe(true);
    for (const { chunkKey, score } of shared) expect(score).toBeCloseTo(all.get(chunkKey) ?? Number.NaN, 9);
  });
});
