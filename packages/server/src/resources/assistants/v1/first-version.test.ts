import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../start/testing/test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

type Body = Record<string, unknown> & { id: string; error: Record<string, unknown>; data: { id: string }[] };

const caller = (version: string) => async (method: string, path: string, body?: unknown) => {
  const response = await fetch(`${server.url}/v1${path}`, {
    method,
    headers: { 'openai-beta': version, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
};

const first = caller('assistants=v1');
const current = caller('assistants=v2');

/** The clients of that version as far as the files of objects go. */
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

async function upload(): Promise<string> {
  const form = new FormData();
  form.append('file', new File(['x'], 'a.txt'));
  form.append('purpose', 'assistants');
  const response = await fetch(`${server.url}/v1/files`, { method: 'POST', body: form });
  return ((await response.json()) as Body).id;
}

const uploadMany = (count: number) => Promise.all(Array.from({ length: count }, upload));

describe('the first version of assistants', () => {
  it('shows the same assistants in its own shape, and takes them in it', async () => {
    const [one = '', two = ''] = await uploadMany(2);
    const fields = { model: 'gpt-4o-mini', tools: [{ type: 'retrieval' }, { type: 'code_interpreter' }] };
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
      tools: [{ type: 'file_search' }, { type: 'code_interpreter' }],
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
    [{ instructions: 'i'.repeat(32_769) }, 'instructions', 'string_above_max_length'],
    [{ file_ids: Array.from({ length: 21 }, () => 'file-x') }, 'file_ids', 'array_above_max_length'],
    [{ file_ids: ['file-x'] }, 'file_ids[0]', 'invalid_value'],
  ])('refuses %j under the names of its own', async (fields, param, code) => {
    const { status, body } = await first('POST', '/assistants', { model: 'gpt-4o-mini', ...fields });
    expect([status, body.error['param'], body.error['code']]).toEqual([400, param, code]);
    expect(body.error['message']).not.toContain('tool_resources.');
  });

  it('adds files to assistants and takes them away, at most twenty', async () => {
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

  it('shows threads and messages with the files that came with them', async () => {
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
    const said = await first('POST', `/threads/${thread.id}/messages`, { role: 'assistant', content: 'x' });
    expect(said.body.error).toMatchObject({ param: 'role', code: 'invalid_value' });
    const changed = await first('POST', `/threads/${thread.id}`, { tool_resources: {} });
    expect(changed.body.error).toMatchObject({ param: 'tool_resources', code: 'unknown_parameter' });
  });

  it('runs its assistants, and shows runs and streams without what it does not know', async () => {
    const assistant = (await first('POST', '/assistants', { model: 'gpt-4o-mini' })).body.id;
    const { body: run } = await first('POST', '/threads/runs', {
      assistant_id: assistant,
      thread: { messages: [{ role: 'user', content: 'hi' }] },
    });
    expect(run).toMatchObject({ object: 'thread.run', instructions: '', tools: [], file_ids: [] });
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
    expect(data('thread.message.completed')).toMatchObject({ file_ids: [], assistant_id: assistant });
    expect(data('thread.message.completed')['attachments']).toBeUndefined();
    expect(frames.at(-2)).toBe('event: done\ndata: [DONE]');
  });

  it('alone has files of assistants and messages', async () => {
    const { status, body } = await current('GET', '/assistants/asst_none/files');
    expect([status, body.error['code']]).toEqual([400, 'invalid_beta']);
  });
});
