import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';

let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

const POLL = { pollIntervalMs: 20 };
type Attributes = Record<string, string | number | boolean>;

async function upload(text: string | Uint8Array, name = 'notes.txt'): Promise<string> {
  const content = typeof text === 'string' ? Buffer.from(text) : text;
  return (await client.files.create({ file: await toFile(content, name), purpose: 'assistants' })).id;
}

async function storeOf(files: readonly (readonly [text: string, attributes?: Attributes])[]) {
  const store = await client.vectorStores.create({ name: 'notes' });
  const ids: string[] = [];
  for (const [text, attributes = {}] of files) {
    const id = await upload(text);
    const file = await client.vectorStores.files.createAndPoll(store.id, { file_id: id, attributes }, POLL);
    expect(file).toMatchObject({ status: 'completed', last_error: null });
    ids.push(id);
  }
  return { id: store.id, files: ids };
}

const textsOf = (page: { data: OpenAI.VectorStores.VectorStoreSearchResponse[] }) =>
  page.data.map(({ content }) => content[0]?.text ?? '');

async function refusal(method: string, path: string, body?: object) {
  const { status, body: found } = await server.request<{ error: object }>(method, `/v1/vector_stores${path}`, body);
  return { status, ...found.error };
}

describe('vectorStores', () => {
  it('returns chunks with their file and attributes, best first', async () => {
    const store = await storeOf([
      ['The library opens at nine and closes at six.', { floor: 1 }],
      ['Apples and pears grow in the garden behind the house.', { floor: 2 }],
    ]);
    const page = await client.vectorStores.search(store.id, { query: 'When does the library open?' });
    expect(page.data[0]).toMatchObject({
      file_id: store.files[0],
      filename: 'notes.txt',
      attributes: { floor: 1 },
      content: [{ type: 'text', text: 'The library opens at nine and closes at six.' }],
    });
    const scores = page.data.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    for (const score of scores) expect(score >= 0 && score <= 1).toBe(true);
    expect(await client.vectorStores.retrieve(store.id)).toMatchObject({
      object: 'vector_store',
      name: 'notes',
      status: 'completed',
      file_counts: { in_progress: 0, completed: 2, failed: 0, cancelled: 0, total: 2 },
      usage_bytes: 44 + 53 + 2 * 4 * 256,
    });
  });

  it('applies the number of results, the threshold, the ranker, filters and several queries', async () => {
    const store = await storeOf([
      ['red apple', { year: 2019, kind: 'fruit' }],
      ['green apple tart with almonds', { year: 2020, kind: 'cake' }],
      ['iron bridge', { year: 2021, kind: 'bridge' }],
    ]);
    const search = async (query: string | string[], more: object = {}) =>
      textsOf(await client.vectorStores.search(store.id, { query, ...more }));
    expect(await search('red apple')).toHaveLength(3);
    expect(await search('red apple', { max_num_results: 1 })).toEqual(['red apple']);
    expect(await search('red apple', { ranking_options: { score_threshold: 0.7 } })).toEqual(['red apple']);
    expect(await search('red apple', { filters: { type: 'gte', key: 'year', value: 2020 } })).toEqual([
      'green apple tart with almonds',
      'iron bridge',
    ]);
    const filters = {
      type: 'or',
      filters: [
        {
          type: 'and',
          filters: [
            { type: 'in', key: 'kind', value: ['cake', 'bridge'] },
            { type: 'lt', key: 'year', value: 2021 },
          ],
        },
        { type: 'eq', key: 'kind', value: 'fruit' },
      ],
    };
    expect((await search('bridge', { filters })).toSorted()).toEqual(['green apple tart with almonds', 'red apple']);
    expect((await search(['bridge', 'apple'], { max_num_results: 2 })).some((text) => text === 'iron bridge')).toBe(
      true,
    );
    // With the ranker `none` a score is the cosine; otherwise it is the mean of cosine and word score.
    const alone = await client.vectorStores.search(store.id, { query: 'bridge', ranking_options: { ranker: 'none' } });
    const both = await client.vectorStores.search(store.id, { query: 'bridge' });
    expect(both.data[0]?.score).not.toBeCloseTo(alone.data[0]?.score ?? 0, 3);
    const rewritten = await client.vectorStores.search(store.id, {
      query: 'What is the iron bridge?',
      rewrite_query: true,
    });
    expect(textsOf(rewritten)[0]).toBe('iron bridge');
    const body = { query: 'What is the iron bridge?', rewrite_query: true };
    const plain = await server.post(`/v1/vector_stores/${store.id}/search`, body);
    expect(await plain.json()).toMatchObject({
      object: 'vector_store.search_results.page',
      search_query: ['iron bridge'],
      has_more: false,
      next_page: null,
    });
  });

  it('applies changed attributes to the next search, and returns the text of a file without overlap', async () => {
    const text = Array.from({ length: 400 }, (_, i) => `Sentence number ${i} speaks of ${i * 7}.`).join(' ');
    const store = await client.vectorStores.create({});
    const id = await upload(text);
    const chunking_strategy = {
      type: 'static' as const,
      static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 50 },
    };
    const made = await client.vectorStores.files.createAndPoll(store.id, { file_id: id, chunking_strategy }, POLL);
    expect(made).toMatchObject({ id, status: 'completed', chunking_strategy, attributes: {} });
    const content = await client.vectorStores.files.content(id, { vector_store_id: store.id });
    expect(content.data.length).toBeGreaterThan(30);
    expect(content.data.map((part) => part.text).join('')).toBe(text);
    await client.vectorStores.files.update(id, { vector_store_id: store.id, attributes: { topic: 'numbers' } });
    const filters = { type: 'eq' as const, key: 'topic', value: 'numbers' };
    const page = await client.vectorStores.search(store.id, { query: 'number 77', filters, max_num_results: 3 });
    expect(page.data).toHaveLength(3);
    expect(page.data[0]?.content[0]?.text).toContain('number 77 ');
    const retrieved = await client.vectorStores.files.retrieve(id, { vector_store_id: store.id });
    expect(retrieved.attributes).toEqual({ topic: 'numbers' });
  });

  it('fails an unreadable file with the reason', async () => {
    const store = await client.vectorStores.create({});
    const cases = [
      [await upload(Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0]), 'program'), 'unsupported_file'],
      [await upload('%PDF-1.7 and nothing else', 'broken.pdf'), 'invalid_file'],
    ] as const;
    for (const [file_id, code] of cases) {
      const file = await client.vectorStores.files.createAndPoll(store.id, { file_id }, POLL);
      expect(file).toMatchObject({
        status: 'failed',
        last_error: { code, message: expect.any(String) },
        usage_bytes: 0,
      });
    }
    expect((await client.vectorStores.retrieve(store.id)).file_counts).toMatchObject({ failed: 2, total: 2 });
  });

  it('processes batches, lists their files by status and in pages both ways, and cancels', async () => {
    const store = await client.vectorStores.create({});
    const ids = await Promise.all(Array.from({ length: 7 }, (_, i) => upload(`text ${i}`)));
    const batch = await client.vectorStores.fileBatches.createAndPoll(store.id, { file_ids: ids }, POLL);
    expect(batch).toMatchObject({
      object: 'vector_store.files_batch',
      status: 'completed',
      file_counts: { completed: 7, total: 7, in_progress: 0 },
    });
    const { fileBatches, files } = client.vectorStores;
    expect(await fileBatches.retrieve(batch.id, { vector_store_id: store.id })).toEqual(batch);
    const list = (more: object) =>
      fileBatches.listFiles(batch.id, { vector_store_id: store.id, order: 'asc', ...more });
    const sorted = ids.toSorted();
    const all = (await list({ limit: 7 })).data.map(({ id }) => id);
    expect(all.toSorted()).toEqual(sorted);
    expect((await list({ after: all[2], limit: 2 })).data.map(({ id }) => id)).toEqual(all.slice(3, 5));
    expect((await list({ before: all[4], limit: 2 })).data.map(({ id }) => id)).toEqual(all.slice(2, 4));
    expect((await list({ filter: 'failed' })).data).toEqual([]);
    expect((await files.list(store.id, { filter: 'completed', limit: 100 })).data).toHaveLength(7);

    const slow = await Promise.all(
      Array.from({ length: 12 }, (_, i) => upload(`@script {"startDelayMs":400}\nslow ${i}`)),
    );
    const second = await fileBatches.create(store.id, {
      files: slow.map((file_id) => ({ file_id, attributes: { slow: true } })),
    });
    expect(second).toMatchObject({ status: 'in_progress', file_counts: { in_progress: 12 } });
    const cancelled = await fileBatches.cancel(second.id, { vector_store_id: store.id });
    expect(cancelled).toMatchObject({ status: 'cancelled', file_counts: { in_progress: 0, total: 12 } });
    await sleep(600);
    const after = await fileBatches.retrieve(second.id, { vector_store_id: store.id });
    expect(after.file_counts).toEqual(cancelled.file_counts);
    expect((await client.vectorStores.retrieve(store.id)).status).toBe('completed');
  });

  it('removes a file from one store, from all stores or with its store, also during ingestion', async () => {
    const store = await storeOf([['one apple'], ['two apples'], ['three apples']]);
    const [first = '', second = ''] = store.files;
    const search = async () => textsOf(await client.vectorStores.search(store.id, { query: 'apple' })).toSorted();
    const deleted = await client.vectorStores.files.delete(first, { vector_store_id: store.id });
    expect(deleted).toEqual({ id: first, object: 'vector_store.file.deleted', deleted: true });
    expect((await client.files.retrieve(first)).id).toBe(first);
    expect(await search()).toEqual(['three apples', 'two apples']);
    await client.files.delete(second);
    expect(await search()).toEqual(['three apples']);
    expect((await client.vectorStores.files.list(store.id)).data).toHaveLength(1);
    const slow = await upload('@script {"startDelayMs":300}\nslow apples');
    await client.vectorStores.files.create(store.id, { file_id: slow });
    await sleep(150);
    const gone = await client.vectorStores.delete(store.id);
    expect(gone).toEqual({ id: store.id, object: 'vector_store.deleted', deleted: true });
    await sleep(400);
    expect(await refusal('GET', `/${store.id}/files/${slow}`)).toMatchObject({ status: 404 });
    expect(server.logged()).not.toContain('FOREIGN KEY');
  });

  it('lists stores newest first in pages both ways, and updates them', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) ids.push((await client.vectorStores.create({ name: `store ${i}` })).id);
    const [oldest = '', middle = '', newest = ''] = ids;
    const list = async (query: OpenAI.VectorStoreListParams) =>
      (await client.vectorStores.list(query)).data.map(({ id }) => id);
    expect(await list({ limit: 2 })).toEqual([newest, middle]);
    expect(await list({ after: middle, limit: 1 })).toEqual([oldest]);
    expect(await list({ before: oldest, limit: 1 })).toEqual([middle]);
    const expires_after = { anchor: 'last_active_at' as const, days: 3 };
    const changed = await client.vectorStores.update(oldest, { name: 'new', metadata: { a: 'b' }, expires_after });
    expect(changed).toMatchObject({ name: 'new', metadata: { a: 'b' }, expires_after });
    expect((changed.expires_at ?? 0) - (changed.last_active_at ?? 0)).toBe(3 * 24 * 3600);
    const back = await client.vectorStores.update(oldest, { expires_after: null, name: null });
    expect(back).toMatchObject({ name: '', metadata: { a: 'b' }, expires_at: null });
    expect(back).not.toHaveProperty('expires_after');
  });

  const STATIC = (max: number, overlap: number) => ({
    chunking_strategy: { type: 'static', static: { max_chunk_size_tokens: max, chunk_overlap_tokens: overlap } },
  });
  const OVERLAP = 'chunking_strategy.static.chunk_overlap_tokens';
  it.each<[string, string, object, object]>([
    ['a file that does not exist', '/files', { file_id: 'file-none' }, { status: 404, code: 'not_found' }],
    ['an overlap of more than half', '/files', { file_id: 'x', ...STATIC(100, 51) }, { status: 400, param: OVERLAP }],
    ['chunks that are too small', '/files', { file_id: 'x', ...STATIC(99, 0) }, { code: 'integer_below_min_value' }],
    ['chunks that are too large', '/files', { file_id: 'x', ...STATIC(4097, 0) }, { code: 'integer_above_max_value' }],
    ['no files', '/file_batches', {}, { status: 400, param: 'file_ids' }],
    ['files in two ways', '/file_batches', { file_ids: ['a'], files: [{ file_id: 'a' }] }, { param: 'file_ids' }],
    ['no query', '/search', {}, { status: 400, param: 'query' }],
    ['an empty query', '/search', { query: '' }, { status: 400, param: 'query' }],
    ['too many results', '/search', { query: 'a', max_num_results: 51 }, { param: 'max_num_results' }],
    [
      'another ranker',
      '/search',
      { query: 'a', ranking_options: { ranker: 'best' } },
      { param: 'ranking_options.ranker' },
    ],
    [
      'a list for eq',
      '/search',
      { query: 'a', filters: { type: 'eq', key: 'a', value: [1] } },
      { param: 'filters.value' },
    ],
    [
      'one value for in',
      '/search',
      { query: 'a', filters: { type: 'in', key: 'a', value: 1 } },
      { param: 'filters.value' },
    ],
    [
      'an order of booleans',
      '/search',
      { query: 'a', filters: { type: 'gt', key: 'a', value: true } },
      { param: 'filters.value' },
    ],
    [
      'an unknown comparison',
      '/search',
      { query: 'a', filters: { type: 'like', key: 'a', value: 'b' } },
      { param: 'filters.type' },
    ],
    ['an unknown option', '/search', { query: 'a', top_k: 3 }, { param: 'top_k', code: 'unknown_parameter' }],
  ])('refuses a vector store request with %s and names the parameter', async (_what, path, body, expected) => {
    const { id } = await client.vectorStores.create({});
    expect(await refusal('POST', `/${id}${path}`, body)).toMatchObject(expected);
  });

  it('refuses chunking_strategy without files, and returns 404 for an unknown store on every path', async () => {
    const strategy = { chunking_strategy: { type: 'auto' } };
    expect(await refusal('POST', '', strategy)).toMatchObject({ status: 400, param: 'chunking_strategy' });
    for (const path of ['', '/files', '/files/f', '/files/f/content', '/file_batches/b', '/file_batches/b/files']) {
      expect(await refusal('GET', `/vs_none${path}`)).toMatchObject({ status: 404, code: 'not_found' });
    }
    expect(await refusal('DELETE', '/vs_none')).toMatchObject({ status: 404 });
    expect(await refusal('POST', '/vs_none/search', { query: 'a' })).toMatchObject({ status: 404 });
  });
});
