import { createReadStream, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { operations } from './generated/operations.ts';
import { Files } from './generated/resources/files.ts';
import * as client from './index.ts';
import { type EchoAnswer, type EchoServer, type RecordedRequest, startEchoServer } from './testing/echo-server.ts';

const { Selfsame } = client;
const servers: EchoServer[] = [];
const clients: { close(): Promise<void> }[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(clients.splice(0).map((each) => each.close()));
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(answer?: (request: RecordedRequest, index: number) => EchoAnswer): Promise<EchoServer> {
  const server = await startEchoServer(answer);
  servers.push(server);
  return server;
}

function connect(server: EchoServer, config: client.ClientConfig = {}) {
  const made = new Selfsame({ auth: { token: 'sk-1' }, validation: false, ...config }, server.url);
  clients.push(made);
  return made;
}

const json = (body: unknown, more: Partial<EchoAnswer> = {}): EchoAnswer => ({
  headers: { 'content-type': 'application/json', 'x-request-id': 'req_1' },
  body: JSON.stringify(body),
  ...more,
});

const model = { id: 'm', object: 'model', created: 1, owned_by: 'selfsame' };

describe('configuration', () => {
  it('a client takes key, URL, organization and project from the environment', async () => {
    const server = await serve(() => json(model));
    vi.stubEnv('OPENAI_API_KEY', 'sk-env');
    vi.stubEnv('OPENAI_BASE_URL', `${server.url}/`);
    vi.stubEnv('OPENAI_ORG_ID', 'org-env');
    vi.stubEnv('OPENAI_PROJECT_ID', 'proj_env');
    const made = new Selfsame({ validation: false });
    clients.push(made);
    await made.models.retrieve('m');
    expect(server.requests[0]).toMatchObject({
      path: '/v1/models/m',
      headers: { authorization: 'Bearer sk-env', 'openai-organization': 'org-env', 'openai-project': 'proj_env' },
    });
  });

  it('a client without a key is refused by the name of the option', () => {
    vi.stubEnv('OPENAI_API_KEY', '');
    vi.stubEnv('OPENAI_ADMIN_KEY', '');
    expect(() => new Selfsame()).toThrow('`auth.token` is missing');
  });

  it('a service URL that is not http is refused', () => {
    expect(() => new Selfsame({ auth: { token: 't' } }, 'localhost:4141')).toThrow("is 'localhost:4141'");
  });

  it('the query of the service URL is part of every request', async () => {
    const server = await serve(() => json(model));
    const made = new Selfsame({ auth: { token: 't' }, validation: false }, `${server.url}/?api-version=1`);
    clients.push(made);
    await made.models.retrieve('m', { query: { a: ['x', 'y'] } });
    expect(server.requests[0]).toMatchObject({ path: '/v1/models/m', query: '?api-version=1&a%5B%5D=x&a%5B%5D=y' });
  });

  it('a resource is a client when it is created alone', async () => {
    const server = await serve();
    const files = new Files({ auth: { token: 'sk-alone' }, validation: false }, server.url);
    clients.push(files);
    await files.list();
    expect(server.requests[0]).toMatchObject({ path: '/v1/files', headers: { authorization: 'Bearer sk-alone' } });
  });
});

describe('requests', () => {
  it('headers of a call replace those of the client, lists are sent whole, and null removes one', async () => {
    const server = await serve(() => json(model));
    const made = connect(server, { headers: { 'x-a': 'client', 'x-b': 'client', 'x-c': 'client' } });
    await made.models.retrieve('m', { headers: { 'X-A': ['1', '2'], 'x-b': null, accept: 'text/plain' } });
    const { headers = {} } = server.requests[0] ?? {};
    expect(headers).toMatchObject({ 'x-a': '1, 2', 'x-c': 'client', accept: 'text/plain' });
    expect(headers['x-b']).toBeUndefined();
  });

  it('a path parameter cannot change the path', async () => {
    const made = connect(await serve());
    await expect(made.models.retrieve('..')).rejects.toThrow("'model' of /models/{model} must not be '..'");
    await expect(made.models.retrieve('')).rejects.toThrow("'model' of /models/{model} must not be empty");
    const missing = made.models.retrieve(undefined as unknown as string);
    await expect(missing).rejects.toThrow("'model' of /models/{model} must be a string, but is undefined");
  });

  it('the header OpenAI-Beta is sent where an operation needs it, and only there', async () => {
    const server = await serve(() => json({}));
    const made = connect(server);
    await made.threads.create();
    await made.models.retrieve('m');
    expect(server.requests.map(({ headers }) => headers['openai-beta'])).toEqual(['assistants=v2', undefined]);
    expect(server.requests[0]?.body).toBe('{}');
  });

  it('a repeated POST has one idempotency key for all attempts, and a request without retries has none', async () => {
    const server = await serve(() => json({ id: 'batch_1' }));
    await connect(server).batches.cancel('b');
    await connect(server, { retryConfig: { count: 2 } }).batches.cancel('b');
    await connect(server, { retryConfig: { count: 2 } }).batches.retrieve('b');
    await connect(server).batches.cancel('b', { idempotencyKey: 'mine' });
    const keys = server.requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([undefined, expect.stringMatching(/^selfsame-[\w-]{36}$/), undefined, 'mine']);
  });

  it('an operation is called by its id', async () => {
    const server = await serve(() => json({ ok: true }));
    const row = operations['vectorStores.files.retrieve'];
    if (row === undefined) throw new Error('the operation is missing');
    const params = { vector_store_id: 'vs_1', file_id: 'file-1' };
    await expect(connect(server).call(row.data, { params })).resolves.toEqual({ ok: true });
    expect(server.requests[0]?.path).toBe('/v1/vector_stores/vs_1/files/file-1');
    expect(row.method).toBe('vectorStores.files.retrieve');
  });

  it('a call with an aborted signal sends nothing', async () => {
    const server = await serve();
    const call = connect(server).models.list({ signal: AbortSignal.abort() });
    await expect(call).rejects.toBeInstanceOf(client.APIUserAbortError);
    expect(server.requests).toEqual([]);
  });
});

describe('responses', () => {
  it('a call gives access to the status, the headers and the request id', async () => {
    const made = connect(await serve(() => json(model)));
    const { data, response, requestId } = await made.models.retrieve('m').withResponse();
    expect([data.id, response.status, response.headers.get('x-request-id'), requestId]).toEqual([
      'm',
      200,
      'req_1',
      'req_1',
    ]);
  });

  it('raw bytes are a web Response', async () => {
    const bytes = { headers: { 'content-type': 'text/csv' }, body: 'a,b\n' };
    const made = connect(await serve(() => bytes));
    const response = await made.files.content('file-1');
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['text/csv', 'a,b\n']);
  });

  it.each([
    [400, client.BadRequestError],
    [401, client.AuthenticationError],
    [403, client.PermissionDeniedError],
    [404, client.NotFoundError],
    [409, client.ConflictError],
    [418, client.APIError],
    [422, client.UnprocessableEntityError],
    [429, client.RateLimitError],
    [500, client.InternalServerError],
    [503, client.InternalServerError],
  ])('status %i is an error of its own class with the fields of the error object', async (status, Class) => {
    const error = { message: 'no such model', type: 'invalid_request_error', param: 'model', code: 'model_not_found' };
    const made = connect(await serve(() => json({ error }, { status })));
    const caught: unknown = await made.models.retrieve('m').catch((thrown: unknown) => thrown);
    expect(caught).toBeInstanceOf(Class);
    expect((caught as Error).constructor).toBe(Class);
    const { message: _message, ...fields } = error;
    expect(caught).toMatchObject({ ...fields, message: `${status} no such model`, status, requestId: 'req_1' });
  });

  it('an error without an error object has the text of the response', async () => {
    const made = connect(await serve(() => ({ status: 502, headers: {}, body: 'bad gateway' })));
    await expect(made.models.retrieve('m')).rejects.toThrow('502 bad gateway');
  });

  it('a refused connection is an APIConnectionError without the key', async () => {
    const made = new Selfsame({ auth: { token: 'sk-secret' } }, 'http://127.0.0.1:1/v1');
    clients.push(made);
    const error: unknown = await made.models.list().then(undefined, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(client.APIConnectionError);
    expect(JSON.stringify(error) + String(error)).not.toContain('sk-secret');
  });
});

describe('pages', () => {
  const items = (from: number) => [from, from + 1].map((n) => ({ id: `file-${n}` }));

  it('a list iterates over the items of all pages with the cursor of each page', async () => {
    const server = await serve((_request, index) =>
      json({
        object: 'list',
        data: items(index * 2),
        first_id: 'x',
        last_id: `file-${index * 2 + 1}`,
        has_more: index < 2,
      }),
    );
    const found: string[] = [];
    for await (const { id } of connect(server).files.list({ purpose: 'batch' })) found.push(id);
    expect(found).toEqual(['file-0', 'file-1', 'file-2', 'file-3', 'file-4', 'file-5']);
    expect(server.requests.map(({ query }) => query)).toEqual([
      '?purpose=batch',
      '?purpose=batch&after=file-1',
      '?purpose=batch&after=file-3',
    ]);
  });

  it('a page has the fields of the response and knows the next page', async () => {
    const server = await serve((_request, index) =>
      json({ object: 'list', data: items(index), has_more: index === 0 }),
    );
    const page = await connect(server).files.list();
    expect([page.object, page.has_more, page.data.length, page.hasNextPage()]).toEqual(['list', true, 2, true]);
    const next = await page.getNextPage();
    expect(server.requests[1]?.query).toBe('?after=file-1');
    expect(next.hasNextPage()).toBe(false);
    await expect(next.getNextPage()).rejects.toThrow('this is the last page');
  });

  it('an empty page is the last one', async () => {
    const made = connect(await serve(() => json({ object: 'list', data: [], has_more: true, last_id: 'x' })));
    expect((await made.files.list()).hasNextPage()).toBe(false);
  });
});

/** A `File` that is no instance of the platform's class, as polyfills make. */
function foreignFile(): File {
  const file = new File(['foreign'], 'c.txt', { type: 'text/foreign' });
  const { name, size, type } = file;
  return { name, size, type, arrayBuffer: () => file.arrayBuffer(), slice: () => file } as unknown as File;
}

describe('forms', () => {
  const folder = mkdtempSync(join(tmpdir(), 'selfsame-client-'));
  const path = join(folder, 'räport.txt');
  writeFileSync(path, 'from the disk');

  it.each<[string, client.Uploadable, string, string]>([
    [
      'a web File',
      new File(['web'], 'a.txt', { type: 'text/plain' }),
      'filename="a.txt"\r\nContent-Type: text/plain',
      'web',
    ],
    [
      'a File of another library',
      {
        size: 7,
        type: 'text/x',
        name: 'old.txt',
        arrayBuffer: async () => new TextEncoder().encode('library').buffer,
      },
      'filename="old.txt"\r\nContent-Type: text/x',
      'library',
    ],
    [
      'bytes',
      new TextEncoder().encode('bytes'),
      'filename="unknown_file"\r\nContent-Type: application/octet-stream',
      'bytes',
    ],
    ['a file of a polyfill', foreignFile(), 'filename="c.txt"\r\nContent-Type: text/foreign', 'foreign'],
    ['a path', { path, type: 'text/plain' }, 'filename="räport.txt"\r\nContent-Type: text/plain', 'from the disk'],
    ['a stream of a file', createReadStream(path), 'filename="räport.txt"', 'from the disk'],
    [
      'a web stream with a name',
      { content: new Blob(['web stream']).stream(), name: 'b.md' },
      'filename="b.md"',
      'web stream',
    ],
    [
      'a fetched response',
      new Response('fetched', { headers: { 'content-type': 'text/x' } }),
      'Content-Type: text/x',
      'fetched',
    ],
  ])('a form sends %s as a file', async (_kind, file, head, content) => {
    const server = await serve(() => json({ id: 'file-1' }));
    await connect(server).files.create({
      file,
      purpose: 'batch',
      expires_after: { anchor: 'created_at', seconds: 3600 },
    });
    const { body = '', headers } = server.requests[0] ?? {};
    const text = Buffer.from(body, 'latin1').toString('utf8');
    expect(text).toContain(`Content-Disposition: form-data; name="file"; ${head.startsWith('filename') ? head : ''}`);
    expect(text).toContain(`${head}`);
    expect(text).toContain(`\r\n\r\n${content}\r\n--`);
    expect(text).toContain('name="expires_after[seconds]"\r\n\r\n3600\r\n');
    expect(headers?.['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  });

  it('a form of bytes has a length, and a form with a stream is sent in chunks', async () => {
    const server = await serve(() => json({ id: 'file-1' }));
    const made = connect(server);
    await made.files.create({ file: { path }, purpose: 'batch' });
    await made.files.create({ file: createReadStream(path), purpose: 'batch' });
    expect(server.requests.map(({ headers }) => [headers['content-length'], headers['transfer-encoding']])).toEqual([
      [String(server.requests[0]?.body.length), undefined],
      [undefined, 'chunked'],
    ]);
  });

  it.each([
    ['/no/such/file.txt', 'ENOENT'],
    [tmpdir(), 'it is a directory'],
  ])('the file %s that cannot be opened is an error that names its path', async (wrong, reason) => {
    const call = connect(await serve()).files.create({ file: { path: wrong }, purpose: 'batch' });
    await expect(call).rejects.toThrow(client.SelfsameError);
    await expect(call).rejects.toThrow(`the file '${wrong}' cannot be opened: ${reason}`);
  });

  it('null in a form is refused by name', async () => {
    const made = connect(await serve());
    const body = { file: new Blob(['x']), purpose: null } as unknown as Parameters<typeof made.files.create>[0];
    await expect(made.files.create(body)).rejects.toThrow("'purpose' of a form must be text");
  });
});

describe('validation', () => {
  const batch = { id: 'batch_1' };

  it('a response outside the contract is an error that names the field', async () => {
    const answer = { ...model, created: 'yesterday' };
    const made = connect(await serve(() => json(answer)), { validation: true });
    const caught: unknown = await made.models.retrieve('m').then(undefined, (thrown: unknown) => thrown);
    expect(caught).toBeInstanceOf(client.ValidationError);
    expect(caught).toMatchObject({ param: 'created', operation: 'models.retrieve' });
    expect(String(caught)).toContain("the response differs from the contract: 'created' must be integer");
  });

  it('a field within a list and a union is named by its path', async () => {
    const message = {
      id: 'msg_1',
      object: 'thread.message',
      created_at: 1,
      thread_id: 't',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'text', text: { annotations: [] } }],
    };
    const made = connect(await serve(() => json(message)), { validation: true });
    const call = made.threads.messages.retrieve('msg_1', { thread_id: 't' });
    await expect(call).rejects.toMatchObject({ param: 'content[0].text' });
  });

  it('validation: false lets every response through', async () => {
    const made = connect(await serve(() => json(batch)), { validation: false });
    await expect(made.batches.retrieve('b')).resolves.toEqual(batch);
  });

  it('null stands for an absent field, and absent for null, unless laxDataBinding is false', async () => {
    const file = {
      id: 'f',
      object: 'file',
      bytes: 1,
      created_at: 1,
      filename: 'a',
      purpose: 'batch',
      status: 'processed',
    };
    const withNull = { ...file, expires_at: null };
    const server = await serve(() => json(withNull));
    await expect(connect(server, { validation: true }).files.retrieve('f')).resolves.toEqual(withNull);
    const strict = connect(server, { validation: true, laxDataBinding: false });
    await expect(strict.files.retrieve('f')).rejects.toMatchObject({ param: 'expires_at' });
    const list = await serve(() => json({ object: 'list', data: [], has_more: false }));
    await expect(connect(list, { validation: true }).files.list()).resolves.toMatchObject({ data: [] });
    await expect(connect(list, { validation: true, laxDataBinding: false }).files.list()).rejects.toThrow('first_id');
  });
});
