/** How the server reads requests before an operation runs: URLs, methods, media types, encodings, lengths. */
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { operations as declared, knownOperations } from '@selfsame/contract';
import OpenAI, { AzureOpenAI, toFile } from 'openai';
import { AzureOpenAI as AzureOpenAI4, OpenAI as OpenAI4 } from 'openai-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RequestOptions, requestJson } from '../../../../testing/request.ts';
import { findServed } from '../start/implementations.ts';
import { chatBody, startTestServer, type TestServer } from '../start/testing/test-server.ts';

const operations = findServed(declared);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

interface Answer {
  status: number;
  code: string | undefined;
  headers: Headers;
  body: Record<string, unknown>;
}

async function ask(path: string, options: RequestOptions = {}): Promise<Answer> {
  type Body = Answer['body'] & { error?: { code: string } };
  const { status, headers, body } = await requestJson<Body>(`${server.url}${path}`, options);
  return { status, code: body.error?.code, headers, body };
}

const post = (path: string, body: unknown = {}, headers: Record<string, string> = {}) => ask(path, { body, headers });

/** Everything that the server sends on a raw connection until it closes it or sends nothing for a second. */
function raw(text: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (data) => {
      answer += String(data);
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('the path of a URL', () => {
  it('ignores trailing slashes of a path', async () => {
    expect((await post('/v1/chat/completions/', chatBody('hi'))).status).toBe(200);
    expect((await post('/v1/threads//')).body).toMatchObject({ object: 'thread' });
    expect((await post('/v1//threads')).body).toMatchObject({ object: 'thread' });
    expect((await ask('/v1/models/?client_version=1')).status).toBe(200);
    expect((await ask('/v1/assistants/')).body).toMatchObject({ object: 'list' });
    expect((await ask('/healthz/')).body).toEqual({ status: 'ok' });
  });

  it('never reads an empty path segment as an id', async () => {
    const templates = operations.filter(({ path }) => /\}\//.test(path));
    expect(templates.length).toBeGreaterThan(20);
    for (const { method, path } of templates) {
      const url = `/v1${path.replace(/\{\w+\}/, '').replaceAll(/\{\w+\}/g, 'x')}`;
      const { status, code } = await ask(url, { method, headers: { 'openai-beta': 'assistants=v1' } });
      expect({ url, status, code }).toEqual({ url, status: 404, code: 'unknown_url' });
    }
    expect((await ask('/v1/files/', { method: 'DELETE' })).code).toBe('method_not_supported');
  });

  it('accepts the absolute URLs of proxies', async () => {
    const answer = await raw(`GET ${server.url}/v1/models HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('returns not_found for an id of any length', async () => {
    const long = 'x'.repeat(3000);
    const templates = operations.filter(({ method, path }) => method !== 'POST' && path.includes('{'));
    for (const { method, path } of templates) {
      const url = `/v1${path.replaceAll(/\{\w+\}/g, long)}`;
      const { status } = await ask(url, { method, headers: { 'openai-beta': 'assistants=v1' } });
      expect({ method, path, status }).toEqual({ method, path, status: 404 });
    }
    const posted = operations.filter(({ method, path }) => method === 'POST' && path.includes('{'));
    for (const { path } of posted) {
      const { status } = await post(`/v1${path.replaceAll(/\{\w+\}/g, long)}`);
      expect({ path, is: [400, 404, 415].includes(status) }).toEqual({ path, is: true });
    }
    for (const url of [`/v1/${long}`, `/${long}`, `/v1/models/${long}/${long}`]) {
      expect((await ask(url)).code).toBe('unknown_url');
    }
  });
});

describe('a method that a URL does not have', () => {
  it.each([
    'QUERY',
    'PROPFIND',
    'SEARCH',
    'M-SEARCH',
    'MKCOL',
    'PURGE',
    'LINK',
    'TRACE',
    'PUT',
    'PATCH',
    'OPTIONS',
    'DELETE',
  ])('refuses %s and lists the allowed methods', async (method) => {
    for (const path of ['/v1/models', '/v1/models/', '/healthz', '/openai/models?api-version=1']) {
      const answer = await raw(`${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 405 /);
      expect(answer).toMatch(/\r\nallow: GET\r\n/i);
      expect(answer).toContain('"code":"method_not_supported"');
      expect(answer).toMatch(/\r\nx-request-id: req_/i);
    }
  });

  it('refuses CONNECT on the bare socket', async () => {
    const answer = await raw('CONNECT example.com:443 HTTP/1.1\r\nhost: example.com:443\r\n\r\n');
    expect(answer).toMatch(
      /^HTTP\/1\.1 405 Method Not Allowed\r\n[\s\S]*allow: GET, POST, DELETE[\s\S]*"method_not_supported"/,
    );
  });

  it('refuses a wrong method with any body', async () => {
    const answer = await ask('/v1/models', { method: 'PUT', body: 'x', headers: { 'content-type': 'image/png' } });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it.each([
    'GET /v1/models with spaces HTTP/1.1\r\nhost: localhost\r\n\r\n',
    'get /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n',
    'BREW /v1/models HTTP/1.1\r\nhost: localhost\r\n\r\n',
    'GET /v1/models HTTP/9.9\r\nhost: localhost\r\n\r\n',
    'GET /v1/models HTTP/1.1\r\nbad header: x\r\nhost: localhost\r\n\r\n',
    'GET /v1/models HTTP/1.1\r\n\r\n',
    'POST /v1/threads HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /v1/threads HTTP/1.1\r\nhost: localhost\r\ncontent-length: x\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001',
  ])('returns 400 bad_request for a request that is not HTTP: %j', async (text) => {
    const answer = await raw(text);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toMatch(
      /"error":\{"message":"[^"]+.*"type":"invalid_request_error","param":null,"code":"bad_request"/,
    );
  });

  it('returns unknown_url for OPTIONS *', async () => {
    const answer = await raw('OPTIONS * HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 40[045] [\s\S]*"error":\{/);
  });
});

describe('an operation that is not served', () => {
  it('returns not_served for an unserved operation with any body', async () => {
    const served = new Set(operations.map(({ method, path }) => `${method} ${path}`));
    const missing = knownOperations.filter(({ method, path }) => method === 'POST' && !served.has(`${method} ${path}`));
    const isDeclared = ({ id }: { id: string }) => declared.some((operation) => operation.id === id);
    const form = () => {
      const parts = new FormData();
      parts.set('file', new File(['x'], 'x.wav'));
      return parts;
    };
    const bodies = () => [form(), '{}', 'x', new URLSearchParams('a=b'), null];
    // Operations that are declared and others.
    for (const { path } of [...missing.filter(isDeclared).slice(0, 20), ...missing.slice(0, 20)]) {
      for (const body of bodies()) {
        const { status, code } = await ask(`/v1${path.replaceAll(/\{\w+\}/g, 'x')}`, { method: 'POST', body });
        expect({ path, status, code }).toEqual({ path, status: 404, code: 'not_served' });
      }
    }
  });
});

describe('a list in a query', () => {
  const content = encodeURIComponent('step_details.tool_calls[*].file_search.results[*].content');
  const steps = '/v1/threads/thread_none/runs/run_none/steps';

  it.each([`include[]=${content}&include[]=x`, `include=${content}&include=x`, `include[]=${content}&include=x`])(
    'reads both items of %s',
    async (query) => {
      const { status, body } = await ask(`${steps}?${query}`);
      expect([status, body['error']]).toMatchObject([400, { param: 'include[1]', code: 'invalid_value' }]);
      expect((await ask(`${steps}?${query.slice(0, -1)}${content}`)).status).toBe(404);
    },
  );

  it('refuses a parameter that is not a list and is sent twice', async () => {
    const { status, body } = await ask('/v1/threads/thread_none/runs?limit=1&limit=2');
    expect([status, body['error']]).toMatchObject([
      400,
      { param: 'limit', message: expect.stringContaining('sent twice') },
    ]);
  });
});

describe('a media type', () => {
  it.each([
    'Application/JSON',
    'APPLICATION/JSON;charset=UTF-8',
    'application/json; Charset="utf-8"',
    'application/json;',
  ])('reads a body of the media type %j as JSON', async (type) => {
    expect((await post('/v1/chat/completions', chatBody('hi'), { 'content-type': type })).status).toBe(200);
  });

  it.each([
    'Multipart/Form-Data; boundary=b',
    'MULTIPART/FORM-DATA; Boundary="b"',
    'multipart/form-data;boundary=b; charset=utf-8',
  ])('reads a body of the media type %j as a form', async (type) => {
    const body =
      '--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nassistants\r\n--b\r\n' +
      'Content-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nabc\r\n--b--\r\n';
    const answer = await ask('/v1/files', { method: 'POST', body, headers: { 'content-type': type } });
    expect(answer.body).toMatchObject({ object: 'file', bytes: 3, filename: 'a.txt' });
  });
});

describe('a compressed body', () => {
  const SPACES = Buffer.alloc(200 * 1024 * 1024, ' ');
  const CODINGS: readonly (readonly [string, (text: string | Buffer) => Buffer])[] = [
    ['gzip', gzipSync],
    ['X-GZIP', gzipSync],
    ['deflate', deflateSync],
    ['br', (text) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
    ['zstd', zstdCompressSync],
    ['identity, gzip', gzipSync],
    ['gzip, br', (text) => brotliCompressSync(gzipSync(text))],
  ];
  it.each(CODINGS)('reads a JSON body in the content encoding %s', async (coding, compress) => {
    const answer = await post('/v1/chat/completions', compress(JSON.stringify(chatBody('packed'))), {
      'content-encoding': coding,
    });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(answer.body)).toContain('packed');
  });

  it.each(CODINGS)('reads a form in the content encoding %s', async (coding, compress) => {
    const content = randomBytes(300_000).toString('base64');
    const form = new FormData();
    form.set('purpose', 'assistants');
    form.set('file', new File([content], 'a.txt'));
    const encoded = new Response(form);
    const answer = await ask('/v1/files', {
      method: 'POST',
      headers: { 'content-type': encoded.headers.get('content-type') ?? '', 'content-encoding': coding },
      body: compress(Buffer.from(await encoded.arrayBuffer())) as BodyInit,
    });
    expect(answer.body).toMatchObject({ object: 'file', bytes: content.length });
    const stored = await fetch(`${server.url}/v1/files/${String(answer.body['id'])}/content`);
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(hash(await stored.text())).toBe(hash(content));
  });

  it.each(['compress', 'gzip, klingon', 'toString', 'gzip, gzip, gzip'])(
    'refuses a body in the content encoding %s and lists the supported ones',
    async (coding) => {
      const answer = await post('/v1/chat/completions', '{}', { 'content-encoding': coding });
      expect([answer.status, answer.code]).toEqual([415, 'unsupported_content_encoding']);
      expect(answer.headers.get('accept-encoding')).toBe('gzip, deflate, br, zstd');
    },
  );

  it.each(CODINGS.slice(0, 5))('refuses a damaged or truncated %s body', async (coding, compress) => {
    const whole = compress(JSON.stringify(chatBody('x'.repeat(10_000))));
    const headers = { 'content-encoding': coding };
    const answers = [await post('/v1/chat/completions', 'not compressed', headers)];
    answers.push(await post('/v1/chat/completions', whole.subarray(0, whole.length / 2), headers));
    expect(answers.map(({ status, code }) => [status, code])).toEqual([
      [400, 'bad_request'],
      [400, 'bad_request'],
    ]);
  });

  it.each(CODINGS.slice(0, 5))(
    'refuses a %s body that unpacks to more than the limit, before reading all of it',
    async (coding, compress) => {
      const bomb = compress(SPACES);
      const since = performance.now();
      const cpu = process.cpuUsage();
      const answer = await post('/v1/chat/completions', bomb, { 'content-encoding': coding });
      expect([answer.status, answer.code]).toEqual([413, 'request_too_large']);
      expect(performance.now() - since).toBeLessThan(3000);
      expect(process.cpuUsage(cpu).user / 1000).toBeLessThan(3000);
      expect((await post('/v1/threads', compress('{}'), { 'content-encoding': coding })).status).toBe(200);
    },
  );
});

describe('JSON that is written', () => {
  it('escapes the line separators of Unicode in plain and streamed responses', async () => {
    const text = 'a\u2028b\u2029c\u0085d';
    const plain = await server.post('/v1/chat/completions', chatBody(text));
    const streamed = await server.post('/v1/chat/completions', chatBody(text, { stream: true }));
    for (const body of [await plain.text(), await streamed.text()]) {
      expect(body).not.toMatch(/[\u0085\u2028\u2029]/);
      expect(body).toMatch(/\\u2028.*\\u2029.*\\u0085/s);
    }
    const refused = await ask(`/v1/models/${encodeURIComponent(text)}`);
    expect(JSON.stringify(refused.body)).toContain(JSON.stringify(text).slice(1, -1));
  });
});

describe('a connection', () => {
  it.each(['HTTP/1.1\r\nconnection: close', 'HTTP/1.0'])(
    'closes the connection after a streamed response to %j',
    async (version) => {
      const body = JSON.stringify(chatBody('hi', { stream: true }));
      const since = performance.now();
      const answer = await raw(
        `POST /v1/chat/completions ${version}\r\nhost: localhost\r\ncontent-type: application/json\r\n` +
          `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
      expect(answer).toContain('data: [DONE]');
      expect(answer).toMatch(/\r\nconnection: close\r\n/i);
      expect(performance.now() - since).toBeLessThan(900);
    },
  );
});

describe('a refusal that comes while the client still sends', () => {
  const clients = [
    ['7', new OpenAI({ apiKey: 'any', baseURL: 'set below', maxRetries: 0 })],
    ['4', new (OpenAI4 as unknown as typeof OpenAI)({ apiKey: 'any', baseURL: 'set below', maxRetries: 0 })],
  ] as const;
  it.each(clients)('delivers an early refusal to the official client of version %s', async (_version, client) => {
    client.baseURL = `${server.url}/v1`;
    const large = Buffer.alloc(70 * 1024 * 1024, 'x');
    const upload = await client.uploads.create({
      purpose: 'assistants',
      filename: 'x.txt',
      bytes: large.length,
      mime_type: 'text/plain',
    });
    const part = client.uploads.parts.create(upload.id, { data: await toFile(large, 'x.txt') });
    await expect(part).rejects.toMatchObject({ status: 413, code: 'request_too_large' });
    const chat = client.chat.completions.create({
      model: 'scripted',
      messages: [{ role: 'user', content: large.toString() }],
    });
    await expect(chat).rejects.toMatchObject({ status: 413, code: 'request_too_large' });
    await expect(client.post('/nonsense', { body: { large: large.toString() } })).rejects.toMatchObject({
      status: 404,
    });
    await expect(
      client.post('/chat/completions', { body: large.toString(), headers: { 'content-type': 'text/plain' } }),
    ).rejects.toMatchObject({ status: 415 });
  });

  it('closes the connection after an early refusal if the client requested it', async () => {
    const body = Buffer.alloc(40 * 1024 * 1024, 'x');
    const head =
      'POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n' +
      `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    const answer = await raw(Buffer.concat([Buffer.from(head), body]));
    expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*"code":"request_too_large"/);
  });

  it('serves the next request on the same connection after an early refusal', async () => {
    const body = 'x'.repeat(40 * 1024 * 1024);
    const request = `POST /v1/nonsense HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const answer = await raw(`${request}GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 404 [\s\S]*HTTP\/1\.1 200 /);
  });
});

describe("Azure's spelling", () => {
  it.each([
    ['7', AzureOpenAI],
    ['4.104', AzureOpenAI4 as unknown as typeof AzureOpenAI],
  ] as const)('serves the Azure client of version %s', async (_version, Client) => {
    const client = new Client({ apiKey: 'any', apiVersion: '2024-10-21', endpoint: server.url, maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'hello Azure' }];
    const answer = await client.chat.completions.create({ model: 'gpt-4o-mini', messages });
    expect(answer.choices[0]?.message.content).toBe('hello Azure');
    const stream = await client.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('hello Azure');
    expect((await client.completions.create({ model: 'gpt-4o-mini', prompt: 'x' })).object).toBe('text_completion');
    const embedded = await client.embeddings.create({ model: 'text-embedding-3-small', input: 'x' });
    expect(embedded.data).toHaveLength(1);
    const file = await client.files.create({ file: await toFile(Buffer.from('hi'), 'a.txt'), purpose: 'assistants' });
    expect((await client.files.list()).data.map(({ id }) => id)).toContain(file.id);
    const assistant = await client.beta.assistants.create({ model: 'gpt-4o-mini', name: 'a' });
    const thread = await client.beta.threads.create({ messages });
    expect((await client.beta.threads.messages.list(thread.id, { limit: 1 })).data).toHaveLength(1);
    expect((await client.vectorStores.create({ name: 's' })).object).toBe('vector_store');
    expect((await client.batches.list()).data).toEqual([]);
    expect((await client.models.list()).data.length).toBeGreaterThan(0);
    expect(assistant.object).toBe('assistant');
  });

  it('uses the Azure deployment as the model of a body without one', async () => {
    const { messages } = chatBody('hi') as { messages: unknown };
    const path = '/openai/deployments/scripted/chat/completions?api-version=2024-10-21';
    expect((await post(path, { messages })).body).toMatchObject({ model: 'scripted' });
    expect((await post(path, { messages, model: null })).body).toMatchObject({ model: 'scripted' });
    expect((await post(path, { messages, model: 'gpt-none' })).code).toBe('model_not_found');
    expect((await post('/openai/deployments/gpt-none/chat/completions', { messages })).code).toBe('model_not_found');
    expect((await post('/openai/v1/chat/completions', chatBody('hi'))).status).toBe(200);
    expect((await post('/openai/v1/chat/completions?api-version=preview', chatBody('hi'))).status).toBe(200);
  });

  it('returns unknown_url for a deployment in the path of an operation without a model', async () => {
    expect((await ask('/openai/deployments/scripted/files?api-version=1')).code).toBe('unknown_url');
    expect((await post('/openai/deployments/scripted/threads?api-version=1')).code).toBe('unknown_url');
    const drawn = await post('/openai/deployments/painter/images/generations?api-version=1');
    expect([drawn.code, JSON.stringify(drawn.body)]).toEqual([
      'not_served',
      expect.stringContaining('/openai/deployments/painter'),
    ]);
  });
});
