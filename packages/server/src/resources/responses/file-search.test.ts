import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';

const PATIENT = { timeout: 10_000, interval: 10 };

let server: TestServer;
let client: OpenAI;
let storeId: string;
let fileId: string;

beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
  fileId = await server.upload('The pool opens at seven.', 'pool.md');
  const other = await server.upload('The pool of the hotel opens at nine.', 'hotel.md');
  storeId = (await client.vectorStores.create({})).id;
  await client.vectorStores.files.create(storeId, { file_id: fileId, attributes: { town: 'Rome' } });
  await client.vectorStores.files.create(storeId, { file_id: other, attributes: { town: 'Oslo' } });
  const completed = async () => (await client.vectorStores.retrieve(storeId)).file_counts.completed === 2;
  await vi.waitUntil(completed, PATIENT);
});
afterAll(() => server.close());

const input = (query: string, ...others: object[]) =>
  `@script ${JSON.stringify({ calls: [{ name: 'file_search', arguments: { query } }, ...others] })}\nwhen?`;
const searchTool = (more: object = {}) =>
  ({ type: 'file_search', vector_store_ids: [storeId], ...more }) as OpenAI.Responses.FileSearchTool;
const ask = (more: object = {}, tool: object = {}) =>
  client.responses.create({
    model: 'scripted',
    input: input('When does the pool open?'),
    tools: [searchTool(tool)],
    ...more,
  } as OpenAI.Responses.ResponseCreateParamsNonStreaming);
const searchOf = ({ output }: OpenAI.Responses.Response) =>
  output.find((item) => item.type === 'file_search_call') as OpenAI.Responses.ResponseFileSearchToolCall;

describe('file search of a response', () => {
  it('runs the search, answers with its results, and cites the files', async () => {
    const response = await ask();
    expect(response.output.map(({ type }) => type)).toEqual(['file_search_call', 'message']);
    expect(searchOf(response)).toMatchObject({
      status: 'completed',
      queries: ['When does the pool open?'],
      results: null,
    });
    // The scripted model repeats the output of the tool, with its marks.
    expect(response.output_text).toContain('The pool opens at seven.');
    const message = response.output[1] as OpenAI.Responses.ResponseOutputMessage;
    const [content] = message.content as OpenAI.Responses.ResponseOutputText[];
    expect(content?.annotations).toContainEqual(
      expect.objectContaining({ type: 'file_citation', file_id: fileId, filename: 'pool.md' }),
    );
  });

  it('waits for a file that is still being read', async () => {
    const { id } = await client.vectorStores.create({});
    const late = await server.upload(`The sauna opens at eight. ${'Towels are free. '.repeat(20_000)}`, 'sauna.md');
    const file = await client.vectorStores.files.create(id, { file_id: late });
    expect(file.status).toBe('in_progress');
    const tools = [{ type: 'file_search', vector_store_ids: [id] }];
    const response = await ask({
      tools,
      include: ['file_search_call.results'],
      input: input('When is the sauna open?'),
    });
    expect(searchOf(response).results?.map(({ filename }) => filename)).toContain('sauna.md');
  });

  it('has the results with their attributes if the request includes them', async () => {
    const response = await ask({ include: ['file_search_call.results'] });
    const found = expect.objectContaining({
      file_id: fileId,
      filename: 'pool.md',
      text: 'The pool opens at seven.',
      attributes: { town: 'Rome' },
      score: expect.any(Number),
    });
    expect(searchOf(response).results).toContainEqual(found);
    expect(searchOf(await client.responses.retrieve(response.id)).results).toContainEqual(found);
  });

  it('searches only the files that fit the filters, and at most max_num_results', async () => {
    const include = ['file_search_call.results'];
    const filters = { type: 'eq', key: 'town', value: 'Oslo' };
    const filtered = searchOf(await ask({ include }, { filters })).results ?? [];
    expect(filtered.map(({ filename }) => filename)).toEqual(['hotel.md']);
    const limited = searchOf(await ask({ include }, { max_num_results: 1 })).results ?? [];
    expect(limited).toHaveLength(1);
    const hybrid_search = { embedding_weight: 0, text_weight: 1 };
    const weighted = searchOf(await ask({ include }, { ranking_options: { hybrid_search } })).results ?? [];
    const byWords = searchOf(await ask({ include })).results ?? [];
    expect(weighted.map(({ score }) => score)).not.toEqual(byWords.map(({ score }) => score));
  });

  it('streams the search before the answer', async () => {
    const events = await Array.fromAsync(
      await client.responses.create({
        model: 'scripted',
        input: input('When does the pool open?'),
        tools: [searchTool()],
        stream: true,
      }),
    );
    const types = events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
    expect(types.slice(2, 8)).toEqual([
      'response.output_item.added',
      'response.file_search_call.in_progress',
      'response.file_search_call.searching',
      'response.file_search_call.completed',
      'response.output_item.done',
      'response.output_item.added',
    ]);
    expect(types).toContain('response.output_text.annotation.added');
    expect(JSON.stringify(events.filter(({ type }) => type === 'response.output_item.done'))).not.toContain('score');
  });

  it('runs no more calls than max_tool_calls', async () => {
    const twice = input('pool', { name: 'file_search', arguments: { query: 'hotel' } });
    const response = await ask({ input: twice, max_tool_calls: 1, include: ['file_search_call.results'] });
    const searches = response.output.filter((item) => item.type === 'file_search_call');
    expect(searches.filter(({ results }) => (results ?? []).length > 0)).toHaveLength(1);
  });

  it('calls the search that tool_choice names', async () => {
    const response = await ask({ tool_choice: { type: 'file_search' } });
    expect(searchOf(response).status).toBe('completed');
  });

  it.each<[object, string]>([
    [{ filters: { type: 'eq', key: 'a', value: ['x'] } }, 'tools[0].filters.value'],
    [
      { ranking_options: { hybrid_search: { embedding_weight: 0, text_weight: 0 } } },
      'tools[0].ranking_options.hybrid_search',
    ],
    [{ max_num_results: 99 }, 'tools[0].max_num_results'],
  ])('refuses the options %j by name', async (tool, param) => {
    await expect(ask({}, tool)).rejects.toMatchObject({ status: 400, param });
  });
});
