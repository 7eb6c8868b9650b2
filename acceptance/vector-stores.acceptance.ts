/**
 * Vector stores through the official clients (`del` instead of `delete` in version 4): polling, parallel uploads and
 * pages.
 */
import { toFile } from 'openai';
import { describe, expect, it } from 'vitest';
import { deleteById, failureOf, GENERATIONS } from './openai-clients.ts';
import { target } from './target.ts';

const { baseURL, apiKey } = target;
const POLL = { pollIntervalMs: 20 };
const TIMEOUT_MS = 60_000;

const textFile = (text: string, name: string) => toFile(Buffer.from(text), name);

interface DeletesIn {
  delete?(id: string, params: { vector_store_id: string }): Promise<unknown>;
  /** Version 4. */
  del?(storeId: string, id: string): Promise<unknown>;
}

describe.each(GENERATIONS)('vector stores with $name', ({ name, Client }) => {
  const client = new Client({ baseURL, apiKey, maxRetries: 0 });
  const { vectorStores } = client;
  const isOld = name === 'openai 4';
  /** Version 4 takes the store as first argument, later versions in a last object argument. */
  const inStore = <More extends object = object>(storeId: string, id: string, more?: More) =>
    (isOld ? [storeId, id, more] : [id, { vector_store_id: storeId, ...more }]) as [
      string,
      { vector_store_id: string } & More,
    ];

  it('uploads a file, waits for its ingestion, finds it and removes it', { timeout: TIMEOUT_MS }, async () => {
    const store = await client.vectorStores.create({ name: 'opening hours', metadata: { a: 'b' } });
    expect(store).toMatchObject({ object: 'vector_store', status: 'completed', file_counts: { total: 0 } });
    expect((await client.vectorStores.search(store.id, { query: 'anything' })).data).toEqual([]);
    const file = await textFile('The swimming pool opens at seven in the morning.', 'pool.md');
    const read = await vectorStores.files.uploadAndPoll(store.id, file, POLL);
    expect(read).toMatchObject({ object: 'vector_store.file', status: 'completed', last_error: null });
    const { data } = await client.vectorStores.search(store.id, { query: 'When does the swimming pool open?' });
    expect(data).toMatchObject([{ file_id: read.id, filename: 'pool.md', content: [{ type: 'text' }] }]);
    const content = await client.vectorStores.files.content(...inStore(store.id, read.id));
    expect(content.data.map(({ text }) => text).join('')).toContain('opens at seven');
    const changed = await client.vectorStores.files.update(
      ...inStore(store.id, read.id, { attributes: { open: true } }),
    );
    expect(changed.attributes).toEqual({ open: true });
    expect((await client.vectorStores.files.retrieve(...inStore(store.id, read.id))).attributes).toEqual({
      open: true,
    });
    const files = client.vectorStores.files as DeletesIn;
    const out = isOld ? files.del?.(store.id, read.id) : files.delete?.(read.id, { vector_store_id: store.id });
    expect(await out).toEqual({ id: read.id, object: 'vector_store.file.deleted', deleted: true });
    expect((await client.vectorStores.files.list(store.id)).data).toEqual([]);
    expect(await deleteById(client.vectorStores, store.id)).toMatchObject({ deleted: true });
    expect(await failureOf(client.vectorStores.retrieve(store.id))).toMatchObject({ status: 404 });
    await deleteById(client.files, read.id);
  });

  it('uploads many files in parallel as a batch and pages through them', { timeout: TIMEOUT_MS }, async () => {
    const store = await client.vectorStores.create({ name: 'many' });
    const texts = Array.from({ length: 25 }, (_, i) => `Hall ${i} has ${i + 100} chairs and a lamp.`);
    const files = await Promise.all(texts.map((text, i) => textFile(text, `hall-${i}.txt`)));
    const batch = await client.vectorStores.fileBatches.uploadAndPoll(store.id, { files }, POLL);
    expect(batch).toMatchObject({ status: 'completed', file_counts: { completed: 25, total: 25 } });
    const retrieved = await client.vectorStores.fileBatches.retrieve(...inStore(store.id, batch.id));
    expect(retrieved).toEqual(batch);
    const seen = new Set<string>();
    for await (const file of client.vectorStores.fileBatches.listFiles(...inStore(store.id, batch.id, { limit: 10 }))) {
      seen.add(file.id);
    }
    expect(seen.size).toBe(25);
    const found = await client.vectorStores.search(store.id, { query: 'Hall 17 chairs', max_num_results: 3 });
    expect(found.data[0]?.filename).toBe('hall-17.txt');
    expect((await client.vectorStores.update(store.id, { name: 'halls' })).name).toBe('halls');
    expect((await client.vectorStores.list({ limit: 1 })).data[0]?.id).toBe(store.id);
    const again = await client.vectorStores.fileBatches.create(store.id, { file_ids: [...seen] });
    const cancelled = await client.vectorStores.fileBatches.cancel(...inStore(store.id, again.id));
    expect(cancelled.file_counts).toMatchObject({ in_progress: 0, total: 25 });
    await deleteById(client.vectorStores, store.id);
    for (const id of seen) await deleteById(client.files, id);
  });

  it('filters by the attributes of the files', { timeout: TIMEOUT_MS }, async () => {
    const store = await client.vectorStores.create({});
    for (const [text, year] of [
      ['red wine', 2019],
      ['white wine', 2022],
    ] as const) {
      const file = await client.files.create({ file: await textFile(text, 'wine.txt'), purpose: 'assistants' });
      const made = await client.vectorStores.files.create(store.id, { file_id: file.id, attributes: { year } });
      expect(made.attributes).toEqual({ year });
      await client.vectorStores.files.poll(store.id, file.id, POLL);
    }
    const filters = { type: 'gt' as const, key: 'year', value: 2020 };
    const { data } = await client.vectorStores.search(store.id, { query: 'wine', filters });
    expect(data.map(({ content }) => content[0]?.text)).toEqual(['white wine']);
    const wrong = { query: 'wine', filters: { type: 'gt' as const, key: 'year', value: true } };
    expect(await failureOf(client.vectorStores.search(store.id, wrong))).toMatchObject({
      status: 400,
      param: 'filters.value',
    });
    await deleteById(client.vectorStores, store.id);
  });
});
