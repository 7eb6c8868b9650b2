import OpenAI from 'openai';
import { ResponsesWebSocketSession } from 'openai/lib/responses/responses-websocket-session';
import { ResponsesWS } from 'openai/resources/responses/ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openStorage } from '../../../start/storage.ts';
import { startTestServer, type TestServer } from '../../../start/testing/test-server.ts';

const PATIENT = { timeout: 15_000, interval: 20 };
const SLOW = `@script ${JSON.stringify({ tokens: 800, delayMs: 20 })}\nslow words`;
const LIMITS = { maxLanes: 8, maxBufferedEvents: 1000, maxBufferedBytes: 1_000_000 };
const CALL = `@script ${JSON.stringify({ calls: [{ name: 'add', arguments: { a: 1 } }] })}\nadd`;
const ADD = { type: 'function' as const, name: 'add', strict: null, parameters: { type: 'object' } };

type Event = OpenAI.Responses.ResponsesServerEvent;
type Create = Omit<OpenAI.Responses.ResponseCreateParamsStreaming, 'model' | 'stream'> & {
  stream_id?: string;
  generate?: boolean;
};

let server: TestServer;
let client: OpenAI;
const open: ResponsesWS[] = [];
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});
afterAll(() => server.close());

const isLast = ({ type }: Event) =>
  ['response.completed', 'response.incomplete', 'response.failed', 'error'].includes(type);

/** A connection of the official client, with its events so far. */
function connect(to = client) {
  const socket = new ResponsesWS(to);
  open.push(socket);
  const events: Event[] = [];
  const closed = new Promise<number>((resolve) => socket.on('close', (code) => resolve(code)));
  socket.on('event', (event) => events.push(event));
  socket.on('error', () => undefined);
  const send = (more: Create) =>
    socket.send({ type: 'response.create', model: 'scripted', ...more } as OpenAI.Responses.ResponsesClientEvent);
  /** At least `count` events that end an answer. */
  async function ends(count: number) {
    await expect.poll(() => events.filter(isLast).length, PATIENT).toBeGreaterThanOrEqual(count);
    return events.filter(isLast);
  }
  async function ask(more: Create): Promise<OpenAI.Responses.Response> {
    const before = events.filter(isLast).length;
    send(more);
    const end = (await ends(before + 1))[before];
    if (end === undefined || !('response' in end)) throw Object.assign(new Error('refused'), end);
    return end.response;
  }
  return { socket, events, closed, send, ends, ask };
}

const textOf = ({ output }: OpenAI.Responses.Response) =>
  output
    .flatMap((item) => (item.type === 'message' ? item.content : []))
    .map((part) => ('text' in part ? part.text : ''))
    .join('');
const inputTokens = ({ usage }: OpenAI.Responses.Response) => usage?.input_tokens ?? 0;

describe('responses over a WebSocket', () => {
  it('answers with the events of a streamed response', async () => {
    const { ask, events } = connect();
    const response = await ask({ input: 'hello there' });
    expect(textOf(response)).toBe('hello there');
    expect(events.map((event) => ('sequence_number' in event ? event.sequence_number : -1))).toEqual(
      events.map((_, index) => index),
    );
    const streamed = await Array.fromAsync(
      await client.responses.create({ model: 'scripted', input: 'hello there', stream: true }),
    );
    expect(events.map(({ type }) => type)).toEqual(streamed.map(({ type }) => type));
    const { output_text: _text, ...stored } = await client.responses.retrieve(response.id);
    expect(response).toEqual(stored);
  });

  it('answers one event after another, and continues the response before', async () => {
    const { send, ends, ask } = connect();
    send({ input: 'one two three' });
    send({ input: 'four' });
    const [first, second] = (await ends(2)) as { response: OpenAI.Responses.Response }[];
    expect([first, second].map((end) => textOf(end?.response as OpenAI.Responses.Response))).toEqual([
      'one two three',
      'four',
    ]);
    const id = first?.response.id ?? '';
    const third = await ask({ input: 'four', previous_response_id: id });
    expect(third.previous_response_id).toBe(id);
    expect(inputTokens(third)).toBeGreaterThan(inputTokens(second?.response as OpenAI.Responses.Response));
  });

  it('continues a response that is not stored, on the same connection only', async () => {
    const { ask } = connect();
    const first = await ask({ input: 'one two three', store: false });
    const second = await ask({ input: 'four', store: false, previous_response_id: first.id });
    expect(second).toMatchObject({ previous_response_id: first.id, store: false });
    const third = await ask({ input: 'four', store: false, previous_response_id: second.id });
    expect(inputTokens(third)).toBeGreaterThan(inputTokens(second));
    const same = await client.responses.create({
      model: 'scripted',
      input: ['one two three', 'four', 'four'].flatMap((content, index) => [
        ...(index === 0 ? [] : [{ role: 'assistant' as const, content: ['', 'one two three', 'four'][index] ?? '' }]),
        { role: 'user' as const, content },
      ]),
    });
    expect(inputTokens(third)).toBe(inputTokens(same));
    await expect(client.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
    await expect(connect().ask({ input: 'x', previous_response_id: second.id })).rejects.toMatchObject({
      status: 400,
      error: { code: 'previous_response_not_found', param: 'previous_response_id', type: 'invalid_request_error' },
    });
  });

  it('takes the outputs of calls of an unstored response, and forgets it after a failed turn', async () => {
    const { ask } = connect();
    const first = await ask({ input: CALL, tools: [ADD], store: false });
    const [call] = first.output as OpenAI.Responses.ResponseFunctionToolCall[];
    const output = { type: 'function_call_output' as const, call_id: call?.call_id ?? '', output: 'two' };
    const next = { previous_response_id: first.id, tools: [ADD], store: false };
    expect(textOf(await ask({ input: [output], ...next }))).toBe('two');
    await expect(ask({ input: 'without the output', ...next })).rejects.toMatchObject({ status: 400 });
    await expect(ask({ input: [output], ...next })).rejects.toMatchObject({
      error: { code: 'previous_response_not_found' },
    });
  });

  it.each([true, false])('prepares a request without an answer, and continues it (store: %s)', async (store) => {
    const { ask, events } = connect();
    const warm = await ask({ input: 'one two three', generate: false, store });
    expect(warm).toMatchObject({ status: 'completed', output: [], usage: { output_tokens: 0 } });
    expect(inputTokens(warm)).toBeGreaterThan(0);
    expect(events.map(({ type }) => type)).toEqual(['response.created', 'response.in_progress', 'response.completed']);
    const next = await ask({ input: 'four', previous_response_id: warm.id, store });
    expect(textOf(next)).toBe('four');
    expect(inputTokens(next)).toBeGreaterThan(inputTokens(warm));
    if (store) expect((await client.responses.retrieve(warm.id)).output).toEqual([]);
  });

  it('answers streams at the same time, and names the stream in every event', async () => {
    const { send, ends, events } = connect();
    send({ input: SLOW, stream_id: 'slow' });
    send({ input: 'quick', stream_id: 'b.1' });
    expect(await ends(1)).toMatchObject([{ type: 'response.completed', stream_id: 'b.1' }]);
    expect(events.every((event) => 'stream_id' in event)).toBe(true);
  });

  it('serves the lanes of the official client, which fork from one another', async () => {
    const { socket, ask } = connect();
    await ask({ input: 'open' });
    const session = new ResponsesWebSocketSession(socket, LIMITS);
    const [main, side] = [session.lane('main'), session.lane('side')];
    const model = 'scripted';
    main.create({ model, input: 'one two three', store: false });
    const first = await main.finalResponse();
    main.create({ model, input: 'four', store: false, previous_response_id: first.id });
    side.create({ model, input: 'five', store: false, previous_response_id: first.id });
    const [second, third] = await Promise.all([main.finalResponse(), side.finalResponse()]);
    expect([second.output_text, third.output_text]).toEqual(['four', 'five']);
    expect(inputTokens(third)).toBe(inputTokens(second));
    session.close();
  });

  it('cancels its response when the client disconnects', async () => {
    const { socket, send, events } = connect();
    send({ input: SLOW });
    await expect.poll(() => events.some(({ type }) => type === 'response.output_text.delta'), PATIENT).toBe(true);
    socket.close();
    const { response } = events[0] as OpenAI.Responses.ResponseCreatedEvent;
    const status = async () => (await client.responses.retrieve(response.id)).status;
    await expect.poll(status, PATIENT).toBe('cancelled');
  });
});

describe('errors of a WebSocket', () => {
  it.each<[object, string | null, string]>([
    [{ type: 'response.cancel' }, 'type', 'invalid_value'],
    [{ type: undefined }, 'type', 'missing_required_parameter'],
    [{ mood: 'good' }, 'mood', 'unknown_parameter'],
    [{ model: 'none' }, 'model', 'model_not_found'],
    [{ background: true }, 'background', 'unsupported_parameter'],
    [{ stream: false }, 'stream', 'unsupported_parameter'],
    [{ stream_id: 'no spaces' }, 'stream_id', 'invalid_value'],
    [{ generate: 'no' }, 'generate', 'invalid_value'],
    [{ generate: false, conversation: 'conv_1' }, 'conversation', 'unsupported_parameter'],
    [{ generate: false, mood: 'good' }, 'mood', 'unknown_parameter'],
    [{ previous_response_id: 'resp_none' }, 'previous_response_id', 'previous_response_not_found'],
  ])('refuse %j by name, and the connection goes on', async (more, param, code) => {
    const { socket, events, ends, ask } = connect();
    const event = { type: 'response.create', model: 'scripted', input: 'hi', ...more };
    socket.send(event as unknown as OpenAI.Responses.ResponsesClientEvent);
    await ends(1);
    expect(events).toMatchObject([{ type: 'error', status: expect.any(Number), error: { param, code } }]);
    expect(textOf(await ask({ input: 'hello' }))).toBe('hello');
  });

  it.each([
    ['text without JSON', 'hello', 'invalid_json'],
    ['an array', '[]', 'invalid_json'],
    ['nothing', '', 'invalid_json'],
    ['bytes', Buffer.from('{}'), 'invalid_json'],
  ])('refuse %s', async (_what, message, code) => {
    const { socket, events, ends } = connect();
    socket.sendRaw(message as string);
    await ends(1);
    expect(events).toMatchObject([{ type: 'error', status: 400, error: { code } }]);
  });

  it('limit the streams and the events of a connection', async () => {
    const { send, events, ends } = connect();
    for (let index = 0; index < 33; index += 1) send({ input: SLOW, stream_id: `s${index}` });
    await ends(1);
    expect(events.filter(isLast)).toMatchObject([
      { type: 'error', stream_id: 's32', error: { code: 'websocket_stream_limit_reached', param: 'stream_id' } },
    ]);
    for (let index = 0; index < 97; index += 1) send({ input: SLOW, stream_id: 's0' });
    await ends(2);
    expect(events.filter(isLast)[1]).toMatchObject({ status: 429, error: { code: 'websocket_queue_limit_reached' } });
  });
});

describe('the connection of a WebSocket', () => {
  const opened = (url: string, headers: Record<string, string> = {}) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(url, { headers });
      socket.on('open', () => {
        resolve(101);
        socket.terminate();
      });
      socket.on('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0);
        socket.terminate();
      });
      socket.on('error', () => undefined);
    });

  it('needs a valid key once one exists, and no page of another site', async () => {
    const keyed = await startTestServer();
    const url = `${keyed.url.replace('http', 'ws')}/v1/responses`;
    expect(await opened(url, { origin: 'https://example.com' })).toBe(403);
    const { apiKeys, owner, repositories } = await openStorage({ dataDir: keyed.dataDir });
    const { secret } = await apiKeys.create({ projectId: owner.projectId, name: 'test' });
    await repositories.close();
    await expect.poll(() => opened(url), PATIENT).toBe(401);
    expect(await opened(url, { authorization: 'Bearer sk-wrong' })).toBe(401);
    const { ask } = connect(new OpenAI({ baseURL: `${keyed.url}/v1`, apiKey: secret }));
    expect(textOf(await ask({ input: 'hello' }))).toBe('hello');
    await keyed.close();
  });

  it('exists at one path only', async () => {
    const url = server.url.replace('http', 'ws');
    expect(await opened(`${url}/v1/responses`)).toBe(101);
    expect(await opened(`${url}/openai/v1/responses/`)).toBe(101);
    expect(await opened(`${url}/v1/other`)).toBe(404);
    expect(await opened(`${url}/v1/models`)).toBe(200);
    expect((await fetch(`${server.url}/v1/responses`)).status).toBe(405);
  });

  it('ends with 1009 after a message that is too large', async () => {
    const { socket, closed } = connect();
    socket.sendRaw(`"${'x'.repeat(33 * 1024 * 1024)}"`);
    expect(await closed).toBe(1009);
  });

  it('ends with 1001 when the server stops, after the response is complete', async () => {
    const stopping = await startTestServer();
    const { send, ends, closed, events } = connect(new OpenAI({ baseURL: `${stopping.url}/v1`, apiKey: 'any' }));
    const idle = connect(new OpenAI({ baseURL: `${stopping.url}/v1`, apiKey: 'any' }));
    send({ input: `@script ${JSON.stringify({ tokens: 40, delayMs: 20 })}\nwords` });
    await expect.poll(() => events.length, PATIENT).toBeGreaterThan(2);
    const stopped = stopping.close();
    expect(await idle.closed).toBe(1001);
    expect(await ends(1)).toMatchObject([{ type: 'response.completed' }]);
    expect(await closed).toBe(1001);
    await stopped;
  });
});
