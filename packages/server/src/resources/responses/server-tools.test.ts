import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WorkerPool } from '../../jobs/worker-pool.ts';
import { createManualClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { openResponses } from '../../start/testing/open-responses.ts';
import { openSqliteFixture, type SqliteFixture } from '../../storage/sql/testing/sqlite-fixture.ts';
import type { ServerTool, ToolContext } from '../../tools/tool.ts';

let folder: string;
let fixture: SqliteFixture;
let responses: Awaited<ReturnType<typeof openResponses>>;
let pool: WorkerPool;
/** What the tool was given, call by call. */
let given: Pick<ToolContext, 'settings' | 'resources'>[];

/** Finds the query itself in one file, and counts five tokens of an embedding model. */
const search: ServerTool = {
  type: 'file_search',
  functions: () => [
    {
      name: 'file_search',
      description: 'Searches.',
      parameters: { type: 'object' },
      own: { type: 'file_search', details: {} },
    },
  ],
  async run(call, { settings, resources, onUsage }) {
    given.push({ settings, resources });
    onUsage({ modelId: 'embedder', inputTokens: 5 });
    const { query } = JSON.parse(call.arguments) as { query: string };
    const results = [{ file_id: 'file-1', file_name: 'a.txt', score: 0.5, content: [{ type: 'text', text: query }] }];
    return { ...call, output: `【0:0†a.txt】 ${query}`, own: { type: 'file_search', details: { results } } };
  },
  mayEndCitation: (piece) => piece.includes('】'),
  findCitations: (text, calls, { from }) => {
    const start = text.indexOf('【', from);
    if (start < 0 || calls.length === 0) return [];
    const mark = text.slice(start, text.indexOf('】', start) + 1);
    return [{ text: mark, start, end: start + mark.length, source: { type: 'file', fileId: 'file-1' } }];
  },
};

beforeEach(async () => {
  given = [];
  folder = await mkdtemp(join(tmpdir(), 'selfsame-responses-'));
  const clock = createManualClock(Date.now());
  const ids = createIdSource(clock);
  fixture = await openSqliteFixture(clock, ids);
  const { repositories } = fixture;
  responses = await openResponses({ repositories, clock, ids, folder, tools: [search] });
  pool = responses.startPool();
});

afterEach(async () => {
  await pool.stop(0);
  await responses.services.models.close();
  await fixture.dispose();
  await rm(folder, { recursive: true });
});

const TOOL = { type: 'file_search', vector_store_ids: ['vs_1'], max_num_results: 3 };
const asking = (...queries: string[]) =>
  `@script ${JSON.stringify({ calls: queries.map((query) => ({ name: 'file_search', arguments: { query } })) })}\nask`;

it('runs a file search in the loop, shows it as an item with its results, and cites it in the answer', async () => {
  const { id } = await responses.create(asking('gate'), { tools: [TOOL] });
  const events = await responses.tail(id);
  const { settings, resources } = given[0] ?? {};
  expect(settings).toMatchObject({ type: 'file_search', file_search: { max_num_results: 3 } });
  expect(resources).toEqual([{ file_search: { vector_store_ids: ['vs_1'] } }]);
  const result = { file_id: 'file-1', filename: 'a.txt', score: 0.5, text: 'gate', attributes: {} };
  expect(await responses.output(id)).toEqual([
    { type: 'file_search_call', status: 'completed', queries: ['gate'], results: [result] },
    {
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [
        {
          type: 'output_text',
          text: '【0:0†a.txt】 gate',
          annotations: [{ type: 'file_citation', file_id: 'file-1', filename: 'a.txt', index: 0 }],
          logprobs: [],
        },
      ],
    },
  ]);
  const types = events.map(({ type }) => type).filter((type) => type.includes('search') || type.includes('annotation'));
  expect(types).toEqual([
    'response.file_search_call.in_progress',
    'response.file_search_call.searching',
    'response.file_search_call.completed',
    'response.output_text.annotation.added',
  ]);
  const places = events
    .filter(({ type }) => type === 'response.output_item.done')
    .map(({ output_index }) => output_index);
  expect(places).toEqual([0, 1]);
});

it('runs no more calls than max_tool_calls', async () => {
  const { id } = await responses.create(asking('a', 'b', 'c'), { tools: [TOOL], max_tool_calls: 2 });
  await responses.tail(id);
  expect(given).toHaveLength(2);
  const output = await responses.output(id);
  expect(output.map(({ type, queries }) => queries ?? type)).toEqual([['a'], ['b'], ['c'], 'message']);
  expect(output[2]).toMatchObject({ results: null });
});

it('shows the search of an earlier response to the model with its output', async () => {
  const first = await responses.create(asking('gate'), { tools: [TOOL] });
  await responses.tail(first.id);
  const items = (await responses.repositories.responseItems.listHistory(first.id, { limit: 10 }))?.items ?? [];
  expect(items.map(({ call }) => call?.output)).toContain('【0:0†a.txt】 gate');
  const second = await responses.create('@script {"text":"next"}\nx', {}, { previousResponseId: first.id });
  await responses.tail(second.id);
  const usage = (await responses.repositories.usageEvents.list({ limit: 20 })).records;
  const prompts = usage.filter(({ modelId }) => modelId === 'scripted').map(({ inputTokens }) => inputTokens);
  // The second response reads the question, the search and the answer of the first, then its own input.
  expect(prompts.at(-1)).toBeGreaterThan((prompts[1] ?? 0) + 1);
});

it('meters the tools of a response beside its turns', async () => {
  const { id } = await responses.create(asking('gate'), { tools: [TOOL] });
  await responses.tail(id);
  const { records } = await responses.repositories.usageEvents.list({ limit: 20 });
  const metered = records.filter(({ operationId }) => operationId === 'responses.create');
  const models = metered.map(({ modelId }) => modelId ?? '');
  expect(models.toSorted((a, b) => a.localeCompare(b))).toEqual(['embedder', 'scripted', 'scripted']);
  expect(metered.find(({ modelId }) => modelId === 'embedder')?.inputTokens).toBe(5);
});
