import { connect } from 'node:net';
import { operations } from '@selfsame/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findServed } from '../start/implementations.ts';
import { chatBody, startTestServer, type TestServer } from '../start/testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ requestTimeoutMs: '400', keepAliveMs: '100' });
});
afterAll(() => server.close());

interface Failure {
  what: string;
  send: () => Promise<Response>;
  status: number;
  code: string;
  param?: string;
  message: RegExp;
}

const send =
  (path: string, init: RequestInit = {}) =>
  () =>
    fetch(`${server.url}${path}`, init);
const post = (body: NonNullable<RequestInit['body']>, contentType?: string) => () =>
  fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    body,
    headers: contentType === undefined ? {} : { 'content-type': contentType },
  });

const FAILURES: readonly Failure[] = [
  {
    what: 'broken JSON',
    send: post('{"model":', 'application/json'),
    status: 400,
    code: 'invalid_json',
    message: /could not parse the JSON/,
  },
  { what: 'an empty body', send: post('', 'application/json'), status: 400, code: 'invalid_json', message: /empty/ },
  {
    what: 'bytes that are not UTF-8',
    send: post(new Uint8Array([0x22, 0xff, 0x22]), 'application/json'),
    status: 400,
    code: 'invalid_json',
    message: /UTF-8/,
  },
  {
    what: 'a form',
    send: post(new URLSearchParams('model=x')),
    status: 415,
    code: 'unsupported_content_type',
    message: /x-www-form-urlencoded.*application\/json/,
  },
  {
    what: 'plain text',
    send: post('{}', 'text/plain'),
    status: 415,
    code: 'unsupported_content_type',
    message: /text\/plain/,
  },
  {
    what: 'no content type',
    send: send('/v1/chat/completions', { method: 'POST' }),
    status: 415,
    code: 'unsupported_content_type',
    message: /application\/json/,
  },
  {
    what: 'a body over the limit',
    send: post(`"${'a'.repeat(33 * 1024 * 1024)}"`, 'application/json'),
    status: 413,
    code: 'request_too_large',
    message: /33554432 bytes/,
  },
  {
    what: 'an unknown URL',
    send: send('/v1/nonsense'),
    status: 404,
    code: 'unknown_url',
    message: /Invalid URL \(GET \/v1\/nonsense\)/,
  },
  {
    what: 'a URL outside /v1',
    send: send('/chat/completions'),
    status: 404,
    code: 'unknown_url',
    message: /Invalid URL/,
  },
  {
    what: 'a part of the API that is not served',
    send: send('/v1/videos', { method: 'POST', body: '{}' }),
    status: 404,
    code: 'not_served',
    message: /does not serve it yet/,
  },
  {
    what: 'a wrong method on a served path',
    send: send('/v1/models', { method: 'PUT' }),
    status: 405,
    code: 'method_not_supported',
    message: /Allowed: GET/,
  },
  {
    what: 'a wrong method on a path that is known only',
    send: send('/v1/embeddings', { method: 'DELETE' }),
    status: 405,
    code: 'method_not_supported',
    message: /Allowed: POST/,
  },
  {
    what: 'an unknown model',
    send: send('/v1/models/gpt-17'),
    status: 404,
    code: 'model_not_found',
    param: 'model',
    message: /'gpt-17' does not exist.*scripted/,
  },
  {
    what: 'a near miss of a query parameter',
    send: send('/v1/files?limt=3'),
    status: 400,
    code: 'unknown_parameter',
    param: 'limt',
    message: /Did you mean 'limit'/,
  },
  {
    what: 'deleting a model that is not fine-tuned',
    send: send('/v1/models/scripted', { method: 'DELETE' }),
    status: 403,
    code: 'insufficient_permissions',
    message: /fine-tuned/,
  },
  {
    what: 'a broken escape in the URL',
    send: send('/v1/models/%ff%fe'),
    status: 400,
    code: 'bad_request',
    message: /not valid/,
  },
];

describe('a request that cannot be served', () => {
  it.each(FAILURES)('returns status, code and all four error keys for a request with $what', async (failure) => {
    const response = await failure.send();
    const { error } = (await response.json()) as {
      error: { message: string; type: string; param: string | null; code: string };
    };
    expect({ status: response.status, code: error.code, param: error.param }).toEqual({
      status: failure.status,
      code: failure.code,
      param: failure.param ?? null,
    });
    expect(error.message).toMatch(failure.message);
    expect(Object.keys(error).sort()).toEqual(['code', 'message', 'param', 'type']);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    expect(response.headers.get('content-type')).toContain('application/json');
  });

  it('accepts a content type without a body if no body is required', async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${server.url}/v1/models/scripted`, { method: 'DELETE', headers });
    expect(response.status).toBe(403);
  });

  it('lists the allowed methods in Allow for a wrong method', async () => {
    const response = await fetch(`${server.url}/v1/models`, { method: 'PATCH' });
    expect(response.headers.get('allow')).toBe('GET');
  });

  it('returns the usual error shape on the bare socket for invalid HTTP, slow requests and huge headers', async () => {
    const [nonsense, slow, huge] = await Promise.all([
      raw('NONSENSE\r\n\r\n'),
      raw(
        'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
      ),
      raw(`GET /v1/models HTTP/1.1\r\nhost: localhost\r\nx-long: ${'a'.repeat(70_000)}\r\n\r\n`),
    ]);
    expect(nonsense).toMatch(/^HTTP\/1\.1 400 [\s\S]*x-request-id: req_[\s\S]*"code":"bad_request"/);
    expect(slow).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/);
    expect(huge).toMatch(/^HTTP\/1\.1 431 [\s\S]*"code":"headers_too_large"/);
  });
});

/** Everything that the server sends on a raw socket until it closes the socket. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on('data', (data) => {
      answer += String(data);
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('every answer', () => {
  it('sends a request id, the processing time and the API version with every response', async () => {
    const { headers } = await server.post('/v1/chat/completions', chatBody('hello'));
    expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{24}$/);
    expect(Number(headers.get('openai-processing-ms'))).toBeGreaterThanOrEqual(0);
    expect(headers.get('openai-version')).toBe('2020-10-01');
    expect(headers.has('x-ratelimit-limit-requests')).toBe(false);
  });

  it('names ignored query parameters in every kind of response', async () => {
    const ignored = async (response: Promise<Response>) => (await response).headers.get('x-selfsame-ignored');
    expect(await ignored(fetch(`${server.url}/v1/models?client_version=0.1&a[b=1&a[b=2`))).toBe('client_version, a[b');
    expect(await ignored(fetch(`${server.url}/v1/files?limit=2&page=3`))).toBe('page');
    const streamed = server.post('/v1/chat/completions?api-version=1', chatBody('hi', { stream: true }));
    expect(await ignored(streamed)).toBe('api-version');
    expect(await ignored(fetch(`${server.url}/v1/models`))).toBeNull();
    expect(await ignored(fetch(`${server.url}/openai/models?api-version=1`))).toBeNull();
  });

  it('allows pages of this machine and no other origin to read responses', async () => {
    const ask = (origin: string) =>
      fetch(`${server.url}/v1/chat/completions`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
      });
    expect((await ask('http://localhost:3000')).headers.get('access-control-allow-origin')).toBe(
      'http://localhost:3000',
    );
    expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    expect((await ask('http://localhost.evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('logs requests without body, query and key', async () => {
    await server.post('/v1/chat/completions?token=QUERYSECRET', chatBody('BODYSECRET'), {
      authorization: 'Bearer KEYSECRET',
    });
    await fetch(`${server.url}/v1/zzz?token=QUERYSECRET`);
    expect(server.logged()).toContain('/v1/chat/completions');
    expect(server.logged()).not.toMatch(/SECRET/);
  });
});

describe('a stream', () => {
  it('sends comments while the engine is silent', async () => {
    const response = await server.post(
      '/v1/chat/completions',
      chatBody('@script {"tokens":2,"delayMs":350}\n', { stream: true }),
    );
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const text = await response.text();
    expect(text).toContain(': keep-alive\n\n');
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
  });

  it('turns an early failure into a status and a late one into an error event without [DONE]', async () => {
    const early = await server.post('/v1/chat/completions', chatBody('@script {"failStart":true}\n', { stream: true }));
    expect(early.status).toBe(500);
    expect(((await early.json()) as { error: { code: string } }).error.code).toBe('engine_failed');
    const late = await server.post(
      '/v1/chat/completions',
      chatBody('@script {"tokens":9,"crashAfter":3}\n', { stream: true }),
    );
    expect(late.status).toBe(200);
    const events = (await late.text()).trim().split('\n\n');
    expect(JSON.parse(events.at(-1)?.slice('data: '.length) ?? '')).toMatchObject({
      error: { code: 'engine_failed', type: 'server_error', param: null },
    });
  });

  it('stops the engine when clients disconnect and frees their slots for the next callers', async () => {
    const leaving = Array.from({ length: 64 }, async (_, index) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 7 * index);
      const body = JSON.stringify(chatBody('@script {"tokens":100000,"delayMs":1}\n', { stream: true }));
      const headers = { 'content-type': 'application/json' };
      const url = `${server.url}/v1/chat/completions`;
      const response = await fetch(url, { method: 'POST', signal: controller.signal, headers, body });
      for await (const _piece of response.body ?? []);
    });
    const left = await Promise.allSettled(leaving);
    expect(left.every((each) => each.status === 'rejected')).toBe(true);
    const started = Date.now();
    const response = await server.post('/v1/chat/completions', chatBody('still here'));
    const answer = (await response.json()) as { choices: { message: { content: string } }[] };
    expect(answer.choices[0]?.message.content).toBe('still here');
    expect(Date.now() - started).toBeLessThan(1000);
  });
});

describe('the paths outside the API', () => {
  it('reports on /healthz that the process runs and on /readyz that it can serve', async () => {
    expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  it('serves the API description as an OpenAPI 3.1 document', async () => {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as { openapi: string; paths: object };
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(Object.keys(document.paths)).toContain('/chat/completions');
  });

  it('describes every declared operation and marks exactly those that are not served', async () => {
    type Described = Record<string, { operationId: string; 'x-selfsame-served'?: boolean; responses: object }>;
    const response = await fetch(`${server.url}/openapi.json`);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const { paths } = (await response.json()) as { paths: Record<string, Described> };
    const described = Object.values(paths).flatMap((methods) => Object.values(methods));
    const idsOf = (list: readonly { operationId: string }[]) => list.map(({ operationId }) => operationId).toSorted();
    expect(idsOf(described)).toEqual(operations.map(({ id }) => id).toSorted());
    const served = new Set(findServed(operations).map(({ id }) => id));
    const unserved = described.filter((each) => each['x-selfsame-served'] === false);
    expect(idsOf(unserved)).toEqual(
      operations
        .map(({ id }) => id)
        .filter((id) => !served.has(id))
        .toSorted(),
    );
    for (const { responses } of unserved) expect(responses).toHaveProperty('404.description');
  });
});

describe('a server without a model', () => {
  it('starts without a model, reports what is missing and is not ready', async () => {
    const empty = await startTestServer({ scripted: 'false' });
    const ready = await fetch(`${empty.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(((await ready.json()) as { reason: string }).reason).toMatch(/No chat model is here.*selfsame pull/);
    const answer = await empty.post('/v1/chat/completions', chatBody('hi'));
    expect(answer.status).toBe(503);
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(((await answer.json()) as { error: { code: string } }).error.code).toBe('model_unavailable');
    await empty.close();
  });
});

describe('a shutdown', () => {
  it('lets a running stream finish within the shutdown grace period and then ends it with an error event', async () => {
    const patient = await startTestServer({ shutdownGraceMs: '5000' });
    const finishing = await patient.post(
      '/v1/chat/completions',
      chatBody('@script {"tokens":20,"delayMs":20}\n', { stream: true }),
    );
    const [text] = await Promise.all([finishing.text(), patient.close()]);
    expect(text).toContain('[DONE]');

    const hasty = await startTestServer({ shutdownGraceMs: '100' });
    const cut = await hasty.post(
      '/v1/chat/completions',
      chatBody('@script {"tokens":10000,"delayMs":20}\n', { stream: true }),
    );
    const [rest] = await Promise.all([cut.text(), hasty.close()]);
    expect(rest).toContain('"code":"shutting_down"');
    expect(rest).not.toContain('[DONE]');
  });
});

describe('API keys', () => {
  it('requires no API key on loopback under a loopback host name while none exists', async () => {
    const { port } = new URL(server.url);
    const rebound = await raw(`GET /v1/models HTTP/1.1\r\nhost: evil.example:${port}\r\nconnection: close\r\n\r\n`);
    expect(rebound).toMatch(/^HTTP\/1\.1 403 [\s\S]*"code":"host_not_allowed"/);
  });

  it('requires an API key for every request once one exists', async () => {
    const { openStorage } = await import('../start/storage.ts');
    const guarded = await startTestServer();
    const { apiKeys, owner, repositories } = await openStorage({ dataDir: guarded.dataDir });
    const { secret } = await apiKeys.create({ projectId: owner.projectId, name: 'test' });
    await repositories.close();
    const ask = (authorization?: string) =>
      fetch(`${guarded.url}/v1/models`, authorization === undefined ? {} : { headers: { authorization } });
    await expect.poll(async () => (await ask()).status, { timeout: 8000 }).toBe(401);
    const refusals = await Promise.all([ask(), ask('Bearer sk-wrong-key-of-some-length'), ask(`Basic ${secret}`)]);
    const codes = await Promise.all(
      refusals.map(async (each) => ((await each.json()) as { error: { code: string; message: string } }).error),
    );
    expect(codes.map(({ code }) => code)).toEqual(['missing_api_key', 'invalid_api_key', 'missing_api_key']);
    expect(codes[1]?.message).not.toContain('wrong-key');
    expect((await ask(`Bearer ${secret}`)).status).toBe(200);
    await guarded.close();
  });

  it('refuses to listen beyond loopback without an API key', async () => {
    await expect(startTestServer({ host: '0.0.0.0' })).rejects.toThrow(/no API key exists/);
  });
});
