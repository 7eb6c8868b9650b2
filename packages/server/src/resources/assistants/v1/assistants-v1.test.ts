import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../start/testing/test-server.ts';
import { toV1 } from './to-v1.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

type Body = Record<string, unknown> & { id: string; error: Record<string, unknown>; data: { id: string }[] };

const caller = (version: string) => (method: string, path: string, body?: unknown) =>
  server.request<Body>(method, `/v1${path}`, body, { 'openai-beta': version });

const first = caller('assistants=v1');
const current = caller('assistants=v2');

/** Requests that clients of v1 send for the files of assistants and messages. */
const client = {
  assistants: {
    files: {
      create: (id: string, body: object) => first('POST', `/assistants/${id}/files`, body),
      list: (id: string, query = '') => first('GET', `/assistants/${id}/files${query}`),
      retrieve: (id: string, file: string) => first('GET', `/assistants/${id}/files/${file}`),
      del: (id: string, file: string) => first('DELETE', `/assistants/${id}/files/${file}`),
    },
  },
  threads: {
    messages: {
      files: {
        list: (path: string, query = '') => first('GET', `${path}/files${query}`),
        retrieve: (path: string, file: string) => first('GET', `${path}/files/${file}`),
      },
    },
  },
};

const emptyThread = async () => (await current('POST', '/threads', {})).body.id;

const uploadMany = (count: number) => Promise.all(Array.from({ length: count }, () => server.upload()));

/** The fields of a run in v1, sorted. */
const RUN_FIELDS = (
  'assistant_id cancelled_at completed_at created_at expires_at failed_at file_ids id incomplete_details instructions last_error ' +
  'max_completion_tokens max_prompt_tokens metadata model object required_action response_format started_at status temperature ' +
  'thread_id tool_choice tools truncation_strategy usage'
).split(' ');

describe('the Assistants API v1', () => {
  it('returns and accepts assistants in the shape of v1', async () => {
    const [one = '', two = ''] = await uploadMany(2);
    const fields = { model: 'gpt-4o-mini', tools: [{ type: 'retrieval' }] };
    const { body: made } = await first('POST', '/assistants', { ...fields, file_ids: [one, two] });
    expect(made).toEqual({
      id: expect.stringMatching(/^asst_/),
      object: 'assistant',
      created_at: expect.any(Number),
      name: null,
      description: null,
      instructions: null,
      metadata: {},
      ...fields,
      file_ids: [one, two],
    });
    expect((await current('GET', `/assistants/${made.id}`)).body).toMatchObject({
      tools: [{ type: 'file_search' }],
      tool_resources: { code_interpreter: { file_ids: [one, two] } },
    });
    const changed = await first('POST', `/assistants/${made.id}`, { file_ids: [two], name: 'n' });
    expect(changed.body).toEqual({ ...made, name: 'n', file_ids: [two] });
    expect((await first('GET', '/assistants?limit=1')).body.data).toEqual([changed.body]);
    expect((await first('DELETE', `/assistants/${made.id}`)).body['object']).toBe('assistant.deleted');
  });

  it.each([
    [{ tool_resources: {} }, 'tool_resources', 'unknown_parameter'],
    [{ tools: [{ type: 'file_search' }] }, 'tools[0].type', 'invalid_value'],
    [{ tools: [{ type: 'retrieval' }, { type: 'computer' }] }, 'tools[1].type', 'invalid_value'],
    [{ instructions: 'i'.repeat(32_769) }, 'instructions', 'string_above_max_length'],
    [{ file_ids: Array.from({ length: 21 }, () => 'file-x') }, 'file_ids', 'array_above_max_length'],
    [{ file_ids: ['file-x'] }, 'file_ids[0]', 'invalid_value'],
  ])('refuses an assistant with %j and names the parameter of v1', async (fields, param, code) => {
    const { status, body } = await first('POST', '/assistants', { model: 'gpt-4o-mini', ...fields });
    expect([status, body.error['param'], body.error['code']]).toEqual([400, param, code]);
    expect(body.error['message']).not.toContain('tool_resources.');
  });

  it('adds files to an assistant and removes them, at most twenty', async () => {
    const files = await uploadMany(21);
    const [one = '', two = ''] = files;
    const { id } = (await first('POST', '/assistants', { model: 'gpt-4o-mini', file_ids: [one] })).body;
    const { body: added } = await client.assistants.files.create(id, { file_id: two });
    const expected = { id: two, object: 'assistant.file', created_at: expect.any(Number), assistant_id: id };
    expect(added).toEqual(expected);
    expect((await client.assistants.files.retrieve(id, two)).body).toEqual(added);
    const list = async (query: string) =>
      (await client.assistants.files.list(id, query)).body.data.map((file) => file.id);
    expect([
      await list(''),
      await list('?order=asc'),
      await list(`?after=${two}`),
      await list(`?before=${one}`),
    ]).toEqual([[two, one], [one, two], [one], [two]]);
    for (const file of files.slice(2, 20)) await client.assistants.files.create(id, { file_id: file });
    const full = await client.assistants.files.create(id, { file_id: files[20] });
    expect([full.status, full.body.error['param']]).toEqual([400, 'file_id']);
    const page = (await client.assistants.files.list(id, '?limit=3&order=asc')).body;
    expect([page.data.length, page['has_more'], page['last_id']]).toEqual([3, true, files[2]]);
    const deletion = await client.assistants.files.del(id, one);
    expect(deletion.body).toEqual({ id: one, object: 'assistant.file.deleted', deleted: true });
    expect((await client.assistants.files.del(id, one)).status).toBe(404);
    expect((await client.assistants.files.retrieve(id, one)).status).toBe(404);
    const missing = await client.assistants.files.create('asst_none', { file_id: two });
    expect([missing.status, missing.body.error['message']]).toEqual([404, "No such Assistant object: 'asst_none'."]);
  });

  it('returns threads and messages with their attached files', async () => {
    const [one = '', two = ''] = await uploadMany(2);
    const { body: thread } = await first('POST', '/threads', {
      messages: [{ role: 'user', content: 'one', file_ids: [one, two] }],
    });
    expect(thread).toEqual({ id: thread.id, object: 'thread', created_at: expect.any(Number), metadata: {} });
    const [message] = (await first('GET', `/threads/${thread.id}/messages`)).body.data;
    expect(message).toEqual({
      id: expect.stringMatching(/^msg_/),
      object: 'thread.message',
      created_at: expect.any(Number),
      thread_id: thread.id,
      role: 'user',
      content: [{ type: 'text', text: { value: 'one', annotations: [] } }],
      file_ids: [one, two],
      assistant_id: null,
      run_id: null,
      metadata: {},
      status: 'completed',
      incomplete_details: null,
      completed_at: expect.any(Number),
      incomplete_at: null,
    });
    const path = `/threads/${thread.id}/messages/${message?.id}`;
    const files = (await client.threads.messages.files.list(path, '?order=asc')).body.data;
    expect(files.map(({ id }) => id)).toEqual([one, two]);
    expect((await client.threads.messages.files.retrieve(path, two)).body).toEqual({
      id: two,
      object: 'thread.message.file',
      created_at: expect.any(Number),
      message_id: message?.id,
    });
    expect((await client.threads.messages.files.retrieve(path, 'file-x')).status).toBe(404);
    const refused = await first('POST', `/threads/${thread.id}/messages`, {
      role: 'user',
      content: 'x',
      file_ids: [one, 'file-x'],
    });
    expect(refused.body.error).toMatchObject({ param: 'file_ids[1]', code: 'invalid_value' });
    // Clients send an empty list for a message without files.
    const said = await first('POST', `/threads/${thread.id}/messages`, {
      role: 'assistant',
      content: 'x',
      file_ids: [],
    });
    expect(said.body).toMatchObject({ role: 'assistant', file_ids: [] });
    const parts = await first('POST', `/threads/${thread.id}/messages`, { role: 'user', content: [] });
    expect(parts.body.error).toMatchObject({ param: 'content', code: 'invalid_type' });
    const changed = await first('POST', `/threads/${thread.id}`, { tool_resources: {} });
    expect(changed.body.error).toMatchObject({ param: 'tool_resources', code: 'unknown_parameter' });
  });

  it('runs assistants, and returns runs and streams without fields that v1 lacks', async () => {
    const [file = ''] = await uploadMany(1);
    const assistant = (await first('POST', '/assistants', { model: 'gpt-4o-mini', file_ids: [file] })).body.id;
    const { body: run } = await first('POST', '/threads/runs', {
      assistant_id: assistant,
      thread: { messages: [{ role: 'user', content: 'hi' }] },
    });
    expect(Object.keys(run).toSorted()).toEqual(RUN_FIELDS);
    const expires_at = Number(run['created_at']) + 600;
    expect(run).toMatchObject({ object: 'thread.run', instructions: '', tools: [], file_ids: [file], expires_at });
    const response = await server.post(
      '/v1/threads/runs',
      { assistant_id: assistant, thread: { messages: [{ role: 'user', content: 'hi' }] }, stream: true },
      { 'openai-beta': 'assistants=v1' },
    );
    const frames = (await response.text()).split('\n\n');
    const data = (event: string) => {
      const frame = frames.find((each) => each.startsWith(`event: ${event}\n`)) ?? '';
      return JSON.parse(frame.slice(frame.indexOf('data: ') + 'data: '.length)) as Body;
    };
    expect(Object.keys(data('thread.created')).toSorted()).toEqual(['created_at', 'id', 'metadata', 'object']);
    expect(data('thread.run.completed')).toMatchObject({ status: 'completed', expires_at: expect.any(Number) });
    expect(data('thread.message.completed')).toMatchObject({ file_ids: [], assistant_id: assistant });
    expect(data('thread.message.completed')['attachments']).toBeUndefined();
    expect(frames.at(-2)).toBe('event: done\ndata: [DONE]');
  });

  it('accepts run parameters of v1, and returns an incomplete run as completed', async () => {
    const assistant = (await first('POST', '/assistants', { model: 'gpt-4o-mini', file_ids: null })).body.id;
    const [file = ''] = await uploadMany(1);
    const thread = (await first('POST', '/threads', {})).body.id;
    const run = await first('POST', `/threads/${thread}/runs`, {
      assistant_id: assistant,
      additional_messages: [{ role: 'user', content: `@script {"tokens":300}\nword`, file_ids: [file] }],
      max_completion_tokens: 256,
    });
    expect(run.body).toMatchObject({ max_completion_tokens: 256, status: 'queued' });
    const path = `/threads/${thread}/runs/${run.body.id}`;
    await expect.poll(async () => (await first('GET', path)).body['status']).toBe('completed');
    expect((await current('GET', path)).body).toMatchObject({ status: 'incomplete', expires_at: null });
    expect((await first('GET', `/threads/${thread}/runs`)).body.data).toMatchObject([
      { status: 'completed', incomplete_details: { reason: 'max_completion_tokens' }, expires_at: expect.any(Number) },
    ]);
    expect((await first('GET', `${path}/steps`)).body.data).toMatchObject([{ type: 'message_creation' }]);
    const [, asked] = (await first('GET', `/threads/${thread}/messages`)).body.data;
    expect(asked).toMatchObject({ file_ids: [file] });
  });

  it.each([
    [{ top_p: 0.5 }, 'top_p', 'unknown_parameter'],
    [{ parallel_tool_calls: true }, 'parallel_tool_calls', 'unknown_parameter'],
    [{ tools: [{ type: 'file_search' }] }, 'tools[0].type', 'invalid_value'],
    [{ tool_choice: { type: 'file_search' } }, 'tool_choice.type', 'invalid_value'],
    [
      { additional_messages: [{ role: 'user', content: 'x', file_ids: ['file-x'] }] },
      'additional_messages[0].file_ids[0]',
      'invalid_value',
    ],
  ])('refuses a run with %j in v1', async (fields, param, code) => {
    const { status, body } = await first('POST', `/threads/${await emptyThread()}/runs`, {
      assistant_id: 'asst_none',
      ...fields,
    });
    expect([status, body.error['param'], body.error['code']]).toEqual([400, param, code]);
  });

  it.each([
    [{ file_ids: [] }, 'file_ids', 'unknown_parameter'],
    [{ tools: [{ type: 'retrieval' }] }, 'tools[0].type', 'invalid_value'],
  ])('refuses a v1 parameter in version 2 by name: %j', async (fields, param, code) => {
    const { status, body } = await current('POST', `/threads/${await emptyThread()}/runs`, {
      assistant_id: 'asst_none',
      ...fields,
    });
    expect([status, body.error['param'], body.error['code']]).toEqual([400, param, code]);
  });

  it('returns file searches as retrieval in steps and their deltas', () => {
    const call = { id: 'call_1', type: 'file_search', file_search: { results: [] } };
    const step_details = { type: 'tool_calls', tool_calls: [call] };
    const shown = { type: 'tool_calls', tool_calls: [{ id: 'call_1', type: 'retrieval', retrieval: {} }] };
    const step = { object: 'thread.run.step', id: 's' };
    expect(toV1({ ...step, step_details })).toEqual({ ...step, step_details: shown });
    const delta = { object: 'thread.run.step.delta', id: 's' };
    const event = { event: 'thread.run.step.delta', data: { ...delta, delta: { step_details } } };
    expect(toV1(event)).toEqual({ ...event, data: { ...delta, delta: { step_details: shown } } });
  });

  it('serves files of assistants and messages in v1 only', async () => {
    const { status, body } = await current('GET', '/assistants/asst_none/files');
    expect([status, body.error['code']]).toEqual([400, 'invalid_beta']);
  });
});
