import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatBody, startTestServer, type TestServer } from '../../../start/testing/test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

type Body = Record<string, unknown> & { id: string; data: Body[]; error: Record<string, unknown> };

const call = (method: string, path: string, body?: object) =>
  server.request<Body>(method, `/v1/chat/completions${path}`, body);

const create = async (text: string, more: object = {}) =>
  (await call('POST', '', chatBody(text, { store: true, ...more }))).body;

async function stream(text: string, more: object = {}): Promise<Body[]> {
  const response = await server.post('/v1/chat/completions', chatBody(text, { store: true, stream: true, ...more }));
  const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: {'));
  return lines.map((line) => JSON.parse(line.slice('data: '.length)));
}

describe('stored completions', () => {
  it('returns a stored completion with fields of its request until it is deleted', async () => {
    const made = await create('hello there', { metadata: { topic: 'greetings' }, temperature: 0.5, user: 'u1' });
    const stored = await call('GET', `/${made.id}`);
    expect(stored).toMatchObject({
      status: 200,
      body: {
        ...made,
        metadata: { topic: 'greetings' },
        request_id: expect.stringMatching(/^req_/),
        temperature: 0.5,
        top_p: 1,
        input_user: 'u1',
        tools: null,
        response_format: null,
      },
    });
    expect((await call('DELETE', `/${made.id}`)).body).toEqual({
      object: 'chat.completion.deleted',
      id: made.id,
      deleted: true,
    });
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['POST', '', { metadata: {} }],
      ['DELETE', '', undefined],
      ['GET', '/messages', undefined],
    ] as const) {
      const gone = await call(method, `/${made.id}${path}`, body);
      expect([gone.status, gone.body.error['message']]).toEqual([404, `No such ChatCompletion object: '${made.id}'.`]);
    }
  });

  it('stores no completion unless the request asks for it', async () => {
    const { body } = await call('POST', '', chatBody('hello', { store: false }));
    expect((await call('GET', `/${body.id}`)).status).toBe(404);
  });

  it('stores the fold of a stream, with the ids of its calls, before the last chunk is sent', async () => {
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }];
    const chunks = await stream('@script {"calls":[{"name":"look","arguments":{}}]}', { tools, n: 2 });
    const [first] = chunks;
    const { body } = await call('GET', `/${first?.id}`);
    const streamed = chunks.flatMap((chunk) =>
      (chunk['choices'] as { index: number; delta: { tool_calls?: { id?: string }[] } }[]).flatMap(({ index, delta }) =>
        (delta.tool_calls ?? []).flatMap(({ id }) => (id === undefined ? [] : [[index, id]])),
      ),
    );
    const kept = (body['choices'] as { index: number; message: { tool_calls: { id: string }[] } }[]).flatMap(
      ({ index, message }) => message.tool_calls.map(({ id }) => [index, id]),
    );
    expect(new Set(streamed.map(String))).toEqual(new Set(kept.map(String)));
    expect(kept).toHaveLength(2);

    const text = await stream('one two three', { metadata: { a: 'b' } });
    const whole = text.map((chunk) => (chunk['choices'] as { delta: { content?: string } }[])[0]?.delta.content ?? '');
    const stored = (await call('GET', `/${text[0]?.id}`)).body;
    expect(stored).toMatchObject({
      choices: [{ message: { content: whole.join('') }, finish_reason: 'stop' }],
      metadata: { a: 'b' },
    });
    expect((stored['usage'] as { completion_tokens: number }).completion_tokens).toBeGreaterThan(1);
  });

  it('stores no completion whose stream was interrupted', async () => {
    const chunks = await stream('@script {"text":"a b c d","crashAfter":2}');
    expect(chunks.at(-1)).toHaveProperty('error');
    expect((await call('GET', `/${chunks[0]?.id}`)).status).toBe(404);
  });

  it('lists stored completions oldest first, filtered by model and metadata', async () => {
    const [a, b, c] = [
      await create('1', { metadata: { list: 'x', n: '1' } }),
      await create('2', { metadata: { list: 'x', n: '2' } }),
      await create('3', { metadata: { list: 'x', n: '1' } }),
    ];
    const ids = async (query: string) => (await call('GET', `?metadata[list]=x${query}`)).body.data.map(({ id }) => id);
    expect(await ids('')).toEqual([a.id, b.id, c.id]);
    expect(await ids('&metadata[n]=1')).toEqual([a.id, c.id]);
    expect(await ids('&order=desc&limit=2')).toEqual([c.id, b.id]);
    expect(await ids(`&after=${b.id}`)).toEqual([c.id]);
    expect(await ids('&model=gpt-4o-mini')).toEqual([a.id, b.id, c.id]);
    expect(await ids('&model=scripted')).toEqual([a.id, b.id, c.id]);
    expect(await ids('&model=other')).toEqual([]);
    const page = (await call('GET', '?metadata[list]=x&limit=1')).body;
    expect(page).toMatchObject({ object: 'list', first_id: a.id, last_id: a.id, has_more: true });
  });

  it('updates the metadata of a stored completion, and nothing else', async () => {
    const made = await create('x', { metadata: { old: '1' } });
    expect((await call('POST', `/${made.id}`, { metadata: { new: '2' } })).body['metadata']).toEqual({ new: '2' });
    expect((await call('GET', `/${made.id}`)).body['metadata']).toEqual({ new: '2' });
    const other = await call('POST', `/${made.id}`, { metadata: {}, model: 'x' });
    expect(other.body.error).toMatchObject({ code: 'unknown_parameter', param: 'model' });
    const missing = await call('POST', `/${made.id}`, {});
    expect(missing.body.error).toMatchObject({ code: 'missing_required_parameter', param: 'metadata' });
    const many = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v']));
    expect((await call('POST', `/${made.id}`, { metadata: many })).status).toBe(400);
  });

  it('lists the messages of the request of a stored completion page by page', async () => {
    const messages = [
      { role: 'system', content: 'be kind' },
      {
        role: 'user',
        name: 'ann',
        content: [
          { type: 'text', text: 'hello ' },
          { type: 'text', text: 'you' },
        ],
      },
      { role: 'assistant', content: 'hi' },
      { role: 'user', content: 'bye' },
    ];
    const made = await create('', { messages });
    const list = async (query: string) => (await call('GET', `/${made.id}/messages${query}`)).body;
    expect(await list('')).toEqual({
      object: 'list',
      data: [
        { id: `${made.id}-0`, role: 'system', content: 'be kind', refusal: null, name: null, content_parts: null },
        {
          id: `${made.id}-1`,
          role: 'user',
          content: 'hello you',
          refusal: null,
          name: 'ann',
          content_parts: messages[1]?.content,
        },
        { id: `${made.id}-2`, role: 'assistant', content: 'hi', refusal: null, name: null, content_parts: null },
        { id: `${made.id}-3`, role: 'user', content: 'bye', refusal: null, name: null, content_parts: null },
      ],
      first_id: `${made.id}-0`,
      last_id: `${made.id}-3`,
      has_more: false,
    });
    expect(await list(`?limit=1&after=${made.id}-1`)).toMatchObject({ data: [{ id: `${made.id}-2` }], has_more: true });
    expect((await list('?order=desc&limit=2')).data.map(({ id }) => id)).toEqual([`${made.id}-3`, `${made.id}-2`]);
    expect((await list('?after=nothing')).error).toMatchObject({ param: 'after' });
  });
});
