import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatBody, startTestServer, type TestServer } from '../../../start/testing/test-server.ts';

const HINTS = {
  verbosity: 'low',
  reasoning_effort: 'low',
  prediction: { type: 'content', content: 'hello there' },
};
const IGNORED = 'x-selfsame-ignored';

/** Requests that the upstream received. */
const received: Record<string, unknown>[] = [];
const EVENTS = [
  { choices: [{ index: 0, delta: { role: 'assistant', content: 'Hi' } }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
];

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  if (request.method !== 'POST') {
    response.setHeader('content-type', 'application/json').end('{"data":[]}');
    return;
  }
  received.push(JSON.parse(Buffer.concat(chunks).toString()));
  response.setHeader('content-type', 'text/event-stream');
  for (const event of EVENTS) response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.end('data: [DONE]\n\n');
}

let upstream: Server;
let server: TestServer;
beforeAll(async () => {
  upstream = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
  const entry = (name: string, more: object) => ({
    name,
    urls: [url],
    models: [{ id: name, upstreamId: 'far' }],
    ...more,
  });
  const upstreams = [
    entry('takes-all', { type: 'openai' }),
    entry('takes-effort', { type: 'vllm' }),
    entry('takes-none', { type: 'other', features: ['-verbosity', '-reasoning_effort', '-prediction'] }),
  ];
  server = await startTestServer({ upstreams: JSON.stringify(upstreams) });
});
afterAll(async () => {
  await server.close();
  await new Promise((resolve) => upstream.close(resolve));
});

const chat = (more: object) => server.post('/v1/chat/completions', chatBody('hello there', more));

describe('verbosity, reasoning_effort and prediction', () => {
  it('accepts hints that the model cannot act on, and names them as ignored', async () => {
    for (const stream of [false, true]) {
      const response = await chat({ model: 'scripted', ...HINTS, stream });
      expect(response.status).toBe(200);
      expect(response.headers.get(IGNORED)).toBe('verbosity, reasoning_effort, prediction');
      expect(await response.text()).toContain(stream ? '"hell"' : 'hello there');
    }
  });

  it('counts no tokens of a prediction that the model does not use', async () => {
    const body = (await (await chat({ model: 'scripted', ...HINTS })).json()) as {
      usage: { completion_tokens_details: object };
    };
    expect(body.usage.completion_tokens_details).toMatchObject({
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    });
  });

  it('does not name hints that describe the default of the model', async () => {
    const response = await chat({ model: 'scripted', verbosity: 'medium', reasoning_effort: 'none', prediction: null });
    expect(response.headers.has(IGNORED)).toBe(false);
  });

  it.each([
    ['takes-all', HINTS, null],
    ['takes-effort', { reasoning_effort: 'low' }, 'verbosity, prediction'],
    ['takes-none', {}, 'verbosity, reasoning_effort, prediction'],
  ])('forwards to the upstream of %s only the hints that it accepts', async (model, sent, named) => {
    const response = await chat({ model, ...HINTS });
    expect(response.status).toBe(200);
    expect(response.headers.get(IGNORED)).toBe(named);
    const body = received.at(-1) ?? {};
    const hints = Object.keys(HINTS).filter((name) => name in body);
    expect(Object.fromEntries(hints.map((name) => [name, body[name]]))).toEqual(sent);
  });

  it('refuses a hint with a value that the API does not have', async () => {
    const response = await chat({ model: 'scripted', verbosity: 'loud' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: 'verbosity' } });
  });
});

describe('reasoning_effort of a run', () => {
  const headers = { 'openai-beta': 'assistants=v2' };
  const make = async (path: string, body: object) => {
    const response = await server.post(`/v1${path}`, body, headers);
    return { response, body: (await response.json()) as { id: string; reasoning_effort?: string } };
  };

  it('keeps the reasoning effort of a run, and names it if the model cannot act on it', async () => {
    const assistant = (await make('/assistants', { model: 'scripted', reasoning_effort: 'high' })).body;
    const run = await make('/threads/runs', {
      assistant_id: assistant.id,
      thread: { messages: [{ role: 'user', content: 'Hi' }] },
    });
    expect(run.response.status).toBe(200);
    expect(run.response.headers.get(IGNORED)).toBe('reasoning_effort');
    const stream = await server.post(
      `/v1/threads/${(await make('/threads', {})).body.id}/runs`,
      { assistant_id: assistant.id, reasoning_effort: 'low', stream: true },
      headers,
    );
    expect(stream.headers.get(IGNORED)).toBe('reasoning_effort');
    expect(await stream.text()).toContain('thread.run.completed');
  });
});
