import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStorage } from '../../start/storage.ts';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

type Body = Record<string, unknown> & {
  id: string;
  error: Record<string, unknown>;
  data: { id: string; content: { text: { value: string } }[] }[];
  has_more: boolean;
};

const call = (method: string, path: string, body?: unknown) => server.request<Body>(method, `/v1/threads${path}`, body);

const make = async (body: object = {}) => (await call('POST', '', body)).body.id;

async function texts(thread: string, query = ''): Promise<string[]> {
  const { data } = (await call('GET', `/${thread}/messages${query}`)).body;
  return data.map(({ content }) => content[0]?.text.value ?? '');
}

const user = (content: unknown, more: object = {}) => ({ role: 'user', content, ...more });

describe('threads', () => {
  it('creates a thread from an empty body, updates it and deletes it', async () => {
    const { body: thread } = await call('POST', '');
    expect(thread).toEqual({
      id: expect.stringMatching(/^thread_/),
      object: 'thread',
      created_at: expect.any(Number),
      tool_resources: {},
      metadata: {},
    });
    const file = await server.upload();
    const tool_resources = { code_interpreter: { file_ids: [file] } };
    const { body: changed } = await call('POST', `/${thread.id}`, { tool_resources });
    expect(changed).toEqual({ ...thread, tool_resources });
    expect((await call('POST', `/${thread.id}`, { metadata: { a: 'b' } })).body).toEqual({
      ...changed,
      metadata: { a: 'b' },
    });
    const deletion = await call('DELETE', `/${thread.id}`);
    expect(deletion.body).toEqual({ id: thread.id, object: 'thread.deleted', deleted: true });
    for (const [method, path, body] of [
      ['GET', ''],
      ['DELETE', ''],
      ['POST', '', {}],
      ['GET', '/messages'],
      ['POST', '/messages', user('x')],
    ] as const) {
      const answer = await call(method, `/${thread.id}${path}`, body);
      expect([answer.status, answer.body.error['message']]).toEqual([404, `No such Thread object: '${thread.id}'.`]);
    }
  });

  it('creates a thread with its messages, or nothing when one of them is refused', async () => {
    const thread = await make({ messages: [user('one'), { role: 'assistant', content: 'two' }, user('three')] });
    expect(await texts(thread)).toEqual(['three', 'two', 'one']);
    const { status, body } = await call('POST', '', {
      messages: [user('one'), user('two', { attachments: [{ file_id: 'file-x', tools: [] }] })],
    });
    expect([status, body.error['param']]).toEqual([400, 'messages[1].attachments[0].file_id']);
  });
});

/** The ids of the vector stores of a thread. */
async function storesOf(thread: string): Promise<string[]> {
  const resources = (await call('GET', `/${thread}`)).body['tool_resources'];
  return (resources as { file_search?: { vector_store_ids: string[] } }).file_search?.vector_store_ids ?? [];
}

const readStore = async (path: string) => (await server.request<Body>('GET', `/v1/vector_stores/${path}`)).body;

const searched = (file: string) => ({ attachments: [{ file_id: file, tools: [{ type: 'file_search' }] }] });

describe('vector stores of threads', () => {
  it('creates a vector store of seven days for files that messages attach for file search', async () => {
    const [one, two] = [await server.upload(), await server.upload()];
    const { body: thread } = await call('POST', '', { messages: [user('one', searched(one)), user('none')] });
    const [store = ''] = await storesOf(thread.id);
    expect(thread['tool_resources']).toEqual({ file_search: { vector_store_ids: [store] } });
    expect((await readStore(store))['expires_after']).toEqual({ anchor: 'last_active_at', days: 7 });
    await call('POST', `/${thread.id}/messages`, user('two', searched(two)));
    await call('POST', `/${thread.id}/messages`, user('again', searched(one)));
    expect(await storesOf(thread.id)).toEqual([store]);
    const files = (await readStore(`${store}/files`)).data.map(({ id }) => id);
    expect(files.toSorted()).toEqual([one, two].toSorted());
  });

  it('creates a vector store for a thread whose store does not exist or was deleted', async () => {
    const file = await server.upload();
    const thread = await make({ tool_resources: { code_interpreter: { file_ids: [file] } } });
    expect(await storesOf(thread)).toEqual([]);
    await call('POST', `/${thread}/messages`, user('x', searched(file)));
    const [store = ''] = await storesOf(thread);
    await server.request('DELETE', `/v1/vector_stores/${store}`);
    await call('POST', `/${thread}/messages`, user('x', searched(file)));
    const [next = ''] = await storesOf(thread);
    expect(next).not.toBe(store);
    expect((await readStore(`${next}/files`)).data.map(({ id }) => id)).toEqual([file]);
    expect((await call('GET', `/${thread}`)).body['tool_resources']).toMatchObject({
      code_interpreter: { file_ids: [file] },
    });
  });

  it('creates the vector store that the request for a thread describes', async () => {
    const file = await server.upload();
    const thread = await make({
      tool_resources: { file_search: { vector_stores: [{ file_ids: [file] }] } },
      messages: [user('x', searched(file))],
    });
    const [store = ''] = await storesOf(thread);
    expect(await readStore(store)).toMatchObject({ expires_after: { days: 7 }, file_counts: { total: 1 } });
  });
});

describe('messages of threads', () => {
  it('returns a message of a client as completed, with every field', async () => {
    const thread = await make();
    const file = await server.upload();
    const attachments = [{ file_id: file, tools: [{ type: 'code_interpreter' }] }];
    const content = [
      { type: 'text', text: 'look' },
      { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
      { type: 'image_file', image_file: { file_id: file } },
    ];
    const { body: made } = await call(
      'POST',
      `/${thread}/messages`,
      user(content, { attachments, metadata: { a: '1' } }),
    );
    expect(made).toEqual({
      id: expect.stringMatching(/^msg_/),
      object: 'thread.message',
      created_at: expect.any(Number),
      thread_id: thread,
      status: 'completed',
      incomplete_details: null,
      completed_at: made['created_at'],
      incomplete_at: null,
      role: 'user',
      content: [
        { type: 'text', text: { value: 'look', annotations: [] } },
        { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
        { type: 'image_file', image_file: { file_id: file, detail: 'auto' } },
      ],
      assistant_id: null,
      run_id: null,
      attachments,
      metadata: { a: '1' },
    });
    const path = `/${thread}/messages/${made.id}`;
    expect((await call('GET', path)).body).toEqual(made);
    expect((await call('POST', path, { metadata: { b: '2' } })).body).toEqual({ ...made, metadata: { b: '2' } });
    expect((await call('POST', path, {})).body).toEqual({ ...made, metadata: { b: '2' } });
    const other = await make();
    expect((await call('GET', `/${other}/messages/${made.id}`)).status).toBe(404);
    expect((await call('DELETE', path)).body).toEqual({ id: made.id, object: 'thread.message.deleted', deleted: true });
    for (const [method, body] of [['GET'], ['DELETE'], ['POST', {}]] as const) {
      expect((await call(method, path, body)).body.error['message']).toBe(`No such Message object: '${made.id}'.`);
    }
  });

  it('lists messages by position in both orders, also those that were added in parallel', async () => {
    const thread = await make();
    const made = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => (await call('POST', `/${thread}/messages`, user(`m${i}`))).body.id),
    );
    const { body } = await call('GET', `/${thread}/messages?limit=100&order=asc`);
    const ids = body.data.map(({ id }) => id);
    expect(ids.toSorted()).toEqual(made.toSorted());
    const page = async (query: string) =>
      (await call('GET', `/${thread}/messages${query}`)).body.data.map(({ id }) => id);
    expect(await page(`?order=asc&limit=5&after=${ids[4]}`)).toEqual(ids.slice(5, 10));
    expect(await page(`?limit=5&after=${ids[4]}`)).toEqual(ids.slice(0, 4).toReversed());
    expect(await page(`?order=asc&limit=2&before=${ids[4]}`)).toEqual(ids.slice(2, 4));
    expect(await page('?run_id=run_none')).toEqual([]);
  });

  it('refuses messages while a run of the thread is active', async () => {
    const thread = await make();
    const { repositories, owner } = await openStorage(server);
    const { threads } = repositories.forProject(owner.projectId);
    await threads.beginRun(thread, 'run_busy');
    const { status, body } = await call('POST', `/${thread}/messages`, user('x'));
    expect([status, body.error['code'], body.error['param']]).toEqual([400, 'active_run', 'thread_id']);
    expect(body.error['message']).toBe(`Can't add messages to ${thread} while a run run_busy is active.`);
    await threads.endRun(thread, 'run_busy');
    expect((await call('POST', `/${thread}/messages`, user('x'))).status).toBe(200);
    await repositories.close();
  });

  it.each([
    [{ role: 'system' }, 'role', 'invalid_value'],
    [{ content: undefined }, 'content', 'missing_required_parameter'],
    [{ content: '' }, 'content', 'empty_string'],
    [{ content: 'x'.repeat(256_001) }, 'content', 'string_above_max_length'],
    [{ content: [] }, 'content', 'empty_array'],
    [{ content: [{ type: 'text', text: '' }] }, 'content[0].text', 'empty_string'],
    [{ content: [{ type: 'audio' }] }, 'content[0].type', 'invalid_value'],
    [
      { content: ['a', 'b'].map((letter) => ({ type: 'text', text: letter.repeat(130_000) })) },
      'content',
      'string_above_max_length',
    ],
    [
      { content: [{ type: 'image_file', image_file: { file_id: 'file-x' } }] },
      'content[0].image_file.file_id',
      'invalid_value',
    ],
    [
      { content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
      'content[0].image_url.url',
      'invalid_value',
    ],
    [{ file_ids: ['file-x'] }, 'file_ids', 'unknown_parameter'],
    [{ attachments: [{ tools: [] }] }, 'attachments[0].file_id', 'missing_required_parameter'],
    [
      { attachments: [{ file_id: 'file-x', tools: [{ type: 'function' }] }] },
      'attachments[0].tools[0].type',
      'invalid_value',
    ],
  ])('refuses a message with %j', async (fields, param, code) => {
    const { status, body } = await call('POST', `/${await make()}/messages`, { ...user('x'), ...fields });
    expect([status, body.error['param'], body.error['code']]).toEqual([400, param, code]);
  });
});
