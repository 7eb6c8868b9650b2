import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';
import { toAssistant } from './to-assistant.ts';
import { DEFAULT_FIELDS } from './to-fields.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

type Body = Record<string, unknown> & { id: string; error: Record<string, unknown>; data: { id: string }[] };

const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  server.request<Body>(method, `/v1/assistants${path}`, body, headers);

const create = async (fields: object = {}) => (await call('POST', '', { model: 'gpt-4o-mini', ...fields })).body;

const FUNCTION = { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } };

describe('assistants', () => {
  it('returns the defaults of fields that are left out or null', async () => {
    const made = await create({ name: null, temperature: null, response_format: 'none', tool_resources: null });
    expect(made).toEqual({
      id: expect.stringMatching(/^asst_/),
      object: 'assistant',
      created_at: expect.any(Number),
      name: null,
      description: null,
      model: 'gpt-4o-mini',
      instructions: null,
      tools: [],
      tool_resources: {},
      metadata: {},
      temperature: 1,
      top_p: 1,
      response_format: 'auto',
      reasoning_effort: null,
    });
    expect((await call('GET', `/${made.id}`)).body).toEqual(made);
  });

  it('keeps every field of an assistant, and an update changes only the given ones', async () => {
    const file = await server.upload();
    const fields = {
      name: 'n'.repeat(256),
      description: 'd'.repeat(512),
      instructions: 'ü'.repeat(256_000),
      tools: [
        FUNCTION,
        { type: 'file_search', file_search: { max_num_results: 7, ranking_options: { score_threshold: 0.5 } } },
      ],
      tool_resources: { code_interpreter: { file_ids: [file] } },
      metadata: { k: 'v'.repeat(512) },
      temperature: 0,
      top_p: 0.5,
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } },
      reasoning_effort: 'low',
    };
    const made = await create(fields);
    const tool_resources = { ...fields.tool_resources, file_search: { vector_store_ids: [] } };
    expect(made).toMatchObject({ ...fields, tool_resources });
    const { body: changed } = await call('POST', `/${made.id}`, { name: null, metadata: null, tools: [] });
    expect(changed).toEqual({
      ...made,
      name: null,
      metadata: {},
      tools: [],
      tool_resources: fields.tool_resources,
    });
    expect((await call('POST', `/${made.id}`, {})).body).toEqual(changed);
    const deletion = await call('DELETE', `/${made.id}`);
    expect(deletion.body).toEqual({ id: made.id, object: 'assistant.deleted', deleted: true });
    for (const method of ['GET', 'DELETE', 'POST']) {
      const { status, body } = await call(method, `/${made.id}`, method === 'POST' ? {} : undefined);
      expect([status, body.error['message']]).toEqual([404, `No such Assistant object: '${made.id}'.`]);
    }
  });

  it('returns empty resources for each tool that has none', async () => {
    const made = await create({ tools: [FUNCTION, { type: 'file_search' }] });
    expect(made['tool_resources']).toEqual({ file_search: { vector_store_ids: [] } });
    const { body: changed } = await call('POST', `/${made.id}`, { tools: [FUNCTION] });
    expect(changed['tool_resources']).toEqual({});
    const both = { tools: [{ type: 'code_interpreter' }, { type: 'file_search' }], toolResources: {} };
    const imported = { ...DEFAULT_FIELDS, ...both, id: 'asst_a', projectId: 'proj_a', model: 'm', createdAt: 0 };
    expect(toAssistant(imported).tool_resources).toEqual({
      code_interpreter: { file_ids: [] },
      file_search: { vector_store_ids: [] },
    });
    const partly = { ...imported, toolResources: { file_search: { vector_store_ids: ['vs_1'] } } };
    expect(toAssistant(partly).tool_resources).toEqual({
      code_interpreter: { file_ids: [] },
      file_search: { vector_store_ids: ['vs_1'] },
    });
  });

  it('refuses an unknown tool at creation and update, and keeps the tools that an assistant has', async () => {
    const tools = [FUNCTION, { type: 'retrieval' }];
    const made = await create({ tools: [FUNCTION] });
    for (const path of ['', `/${made.id}`]) {
      const { status, body } = await call('POST', path, { model: 'gpt-4o-mini', tools });
      expect([status, body.error['code'], body.error['param']]).toEqual([400, 'invalid_value', 'tools[1].type']);
      expect(body.error['message']).toContain("'retrieval'");
    }
    expect((await call('GET', `/${made.id}`)).body).toEqual(made);
  });

  it('creates a vector store for an assistant, or uses an existing one', async () => {
    const file = await server.upload();
    const made = await create({
      tools: [{ type: 'file_search' }],
      tool_resources: { file_search: { vector_stores: [{ file_ids: [file], metadata: { a: 'b' } }] } },
    });
    const { file_search: search } = made['tool_resources'] as { file_search: { vector_store_ids: string[] } };
    expect(search.vector_store_ids).toHaveLength(1);
    const response = await fetch(`${server.url}/v1/vector_stores/${search.vector_store_ids[0]}`);
    const store = (await response.json()) as Body;
    expect(store).toMatchObject({ metadata: { a: 'b' }, file_counts: { total: 1 } });
    expect(store['expires_after'] ?? null).toBeNull();
    const tool_resources = { file_search: search };
    expect(await create({ tool_resources })).toMatchObject({ tool_resources });
    const changed = await call('POST', `/${made.id}`, { tool_resources: { file_search: { vector_store_ids: [] } } });
    expect(changed.body['tool_resources']).toEqual({ file_search: { vector_store_ids: [] } });
  });

  it('creates neither the assistant nor its vector store when the store is refused', async () => {
    const before = (await call('GET', '?limit=100')).body.data.length;
    const chunking_strategy = { type: 'static', static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 60 } };
    const vector_stores = [{ file_ids: [await server.upload()], chunking_strategy }];
    const { status, body } = await call('POST', '', {
      model: 'gpt-4o-mini',
      tool_resources: { file_search: { vector_stores } },
    });
    expect([status, body.error['param']]).toEqual([
      400,
      'tool_resources.file_search.vector_stores[0].chunking_strategy.static.chunk_overlap_tokens',
    ]);
    expect((await call('GET', '?limit=100')).body.data).toHaveLength(before);
  });

  it('lists assistants newest first, in both directions', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 4; i += 1) ids.push((await create()).id);
    const list = async (query: string) => (await call('GET', query)).body.data.map(({ id }) => id);
    const newest = ids.toReversed();
    expect(await list('?limit=2')).toEqual(newest.slice(0, 2));
    expect(await list(`?limit=2&after=${newest[1]}`)).toEqual(newest.slice(2));
    expect(await list(`?limit=2&before=${newest[3]}`)).toEqual(newest.slice(1, 3));
    expect((await list(`?order=asc&after=${ids[0]}`)).slice(0, 3)).toEqual(ids.slice(1));
  });

  it.each([
    [{ model: 'none-such' }, 404, 'model', 'model_not_found'],
    [{ model: 'scripted-embedding' }, 404, 'model', 'model_not_found'],
    [{ model: undefined }, 400, 'model', 'missing_required_parameter'],
    [{ name: 'n'.repeat(257) }, 400, 'name', 'string_above_max_length'],
    [{ description: 'd'.repeat(513) }, 400, 'description', 'string_above_max_length'],
    [{ instructions: 'i'.repeat(256_001) }, 400, 'instructions', 'string_above_max_length'],
    [{ tools: Array.from({ length: 129 }, () => FUNCTION) }, 400, 'tools', 'array_above_max_length'],
    [{ tools: [{ type: 'retrieval' }] }, 400, 'tools[0].type', 'invalid_value'],
    [{ file_ids: [] }, 400, 'file_ids', 'unknown_parameter'],
    [{ temperature: 2.1 }, 400, 'temperature', 'decimal_above_max_value'],
    [{ top_p: -0.1 }, 400, 'top_p', 'decimal_below_min_value'],
    [{ response_format: 'json' }, 400, 'response_format', 'invalid_value'],
    [{ response_format: { type: 'xml' } }, 400, 'response_format.type', 'invalid_value'],
    [
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) },
      400,
      'metadata',
      'object_above_max_properties',
    ],
    [
      { tool_resources: { code_interpreter: { file_ids: Array.from({ length: 21 }, () => 'file-x') } } },
      400,
      'tool_resources.code_interpreter.file_ids',
      'array_above_max_length',
    ],
    [
      { tool_resources: { code_interpreter: { file_ids: ['file-x'] } } },
      400,
      'tool_resources.code_interpreter.file_ids[0]',
      'invalid_value',
    ],
    [
      { tool_resources: { file_search: { vector_store_ids: ['vs_x'] } } },
      400,
      'tool_resources.file_search.vector_store_ids[0]',
      'invalid_value',
    ],
    [
      { tool_resources: { file_search: { vector_stores: [{ file_ids: ['file-x'] }] } } },
      400,
      'tool_resources.file_search.vector_stores[0].file_ids[0]',
      'invalid_value',
    ],
    [
      { tool_resources: { file_search: { vector_store_ids: ['vs_x'], vector_stores: [{}] } } },
      400,
      'tool_resources.file_search.vector_stores',
      'invalid_value',
    ],
    [
      { tool_resources: { file_search: { vector_stores: [{}, {}] } } },
      400,
      'tool_resources.file_search.vector_stores',
      'array_above_max_length',
    ],
  ])('refuses an assistant with %j', async (fields, status, param, code) => {
    const answer = await call('POST', '', { model: 'gpt-4o-mini', ...fields });
    expect([answer.status, answer.body.error['param'], answer.body.error['code']]).toEqual([status, param, code]);
  });

  it('accepts requests that name version 2 or no version', async () => {
    for (const header of ['assistants=v2', 'realtime=v1', 'realtime=v1, assistants=v2']) {
      expect((await call('GET', '', undefined, { 'openai-beta': header })).status).toBe(200);
    }
    const { status, body } = await call('GET', '', undefined, { 'openai-beta': 'realtime=v1,assistants=v3' });
    expect([status, body.error['code']]).toEqual([400, 'invalid_beta']);
  });
});
