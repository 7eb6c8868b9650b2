import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';

const QUOTA = 400_000;

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ projectFileBytes: String(QUOTA) });
});

afterAll(() => server.close());

type Body = Record<string, unknown> & { id: string; data: { id: string }[]; error: Record<string, unknown> };

const call = (method: string, path: string, body?: FormData) => server.request<Body>(method, `/v1/files${path}`, body);

function form(
  content: Blob | string | Uint8Array<ArrayBuffer>,
  fields: Record<string, string> = {},
  name = 'notes ü.txt',
) {
  const data = new FormData();
  for (const [key, value] of Object.entries({ purpose: 'assistants', ...fields })) data.append(key, value);
  data.append('file', new File([content], name, { type: 'text/plain' }));
  return data;
}

const read = (id: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/v1/files/${id}/content`, { headers });

async function blobFiles(): Promise<string[]> {
  const names = await readdir(join(server.dataDir, 'blobs'), { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe('files', () => {
  it('stores a file, retrieves it, returns its bytes and deletes it', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const { body: made, status } = await call('POST', '', form(bytes));
    expect(status).toBe(200);
    expect(made).toEqual({
      id: expect.stringMatching(/^file-[0-9a-z]{24}$/),
      object: 'file',
      bytes: 60_000,
      created_at: expect.any(Number),
      filename: 'notes ü.txt',
      purpose: 'assistants',
      status: 'processed',
    });
    expect((await call('GET', `/${made.id}`)).body).toEqual(made);

    const content = await read(made.id);
    expect(Buffer.from(await content.arrayBuffer()).equals(Buffer.from(bytes))).toBe(true);
    expect(Object.fromEntries(content.headers)).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '60000',
      'content-disposition': `attachment; filename="notes _.txt"; filename*=UTF-8''notes%20%C3%BC.txt`,
      'x-content-type-options': 'nosniff',
    });

    const deleted = await call('DELETE', `/${made.id}`);
    expect(deleted.body).toEqual({ id: made.id, object: 'file', deleted: true });
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/content'],
      ['DELETE', ''],
    ] as const) {
      const gone = await call(method, `/${made.id}${path}`);
      expect([gone.status, gone.body.error]).toEqual([
        404,
        {
          message: `No such File object: '${made.id}'.`,
          type: 'invalid_request_error',
          param: 'id',
          code: 'not_found',
        },
      ]);
    }
    expect(await blobFiles()).toEqual([]);
  });

  it('returns a range of a file, and 416 for a range beyond its end', async () => {
    const { body } = await call('POST', '', form('0123456789'));
    for (const [range, text, shown] of [
      ['bytes=0-0', '0', '0-0'],
      ['bytes=4-', '456789', '4-9'],
      ['bytes=-3', '789', '7-9'],
      ['bytes=8-99', '89', '8-9'],
    ] as const) {
      const part = await read(body.id, { range });
      expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
        206,
        text,
        `bytes ${shown}/10`,
      ]);
    }
    const etag = (await read(body.id)).headers.get('etag') ?? '';
    expect((await read(body.id, { range: 'bytes=1-2', 'if-range': etag })).status).toBe(206);
    expect((await read(body.id, { range: 'bytes=1-2', 'if-range': '"other"' })).status).toBe(200);
    expect((await read(body.id, { range: 'bytes=1-2,4-5' })).status).toBe(200);
    const beyond = await read(body.id, { range: 'bytes=10-' });
    expect([beyond.status, beyond.headers.get('content-range'), ((await beyond.json()) as Body).error['code']]).toEqual(
      [416, 'bytes */10', 'range_not_satisfiable'],
    );
  });

  it('lists files by purpose, in both orders, page by page', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.push((await call('POST', '', form('x', { purpose: 'user_data' }))).body.id);
    const listed = async (query: string) => (await call('GET', `?purpose=user_data${query}`)).body;
    expect((await listed('&order=asc')).data.map(({ id }) => id)).toEqual(ids);
    expect((await listed('')).data.map(({ id }) => id)).toEqual(ids.toReversed());
    const first = await listed('&limit=2&order=asc');
    expect(first).toMatchObject({ object: 'list', first_id: ids[0], last_id: ids[1], has_more: true });
    const rest = await listed(`&limit=3&order=asc&after=${ids[1]}`);
    expect([rest.data.map(({ id }) => id), rest['has_more']]).toEqual([ids.slice(2), false]);
    expect(await listed('&purpose=vision')).toMatchObject({});
    expect((await call('GET', '?purpose=vision')).body).toEqual({
      object: 'list',
      data: [],
      first_id: null,
      last_id: null,
      has_more: false,
    });
  });

  it('sets expires_at from the creation time, by default 30 days later for batch files', async () => {
    const { body } = await call(
      'POST',
      '',
      form('x', { 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '3600' }),
    );
    expect(Number(body['expires_at']) - Number(body['created_at'])).toBe(3600);
    const batch = await call('POST', '', form('{}', { purpose: 'batch' }, 'b.jsonl'));
    expect(Number(batch.body['expires_at']) - Number(batch.body['created_at'])).toBe(30 * 24 * 3600);
  });

  it.each([
    [{ purpose: 'poems' }, 'purpose', 'invalid_value'],
    [{ purpose: 'batch_output' }, 'purpose', 'invalid_value'],
    [{ nonsense: '1' }, 'nonsense', 'unknown_parameter'],
    [{ 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '60' }, 'expires_after.seconds', undefined],
    [
      { 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': 'soon' },
      'expires_after.seconds',
      'invalid_type',
    ],
    [{ 'expires_after[anchor]': 'created_at' }, 'expires_after.seconds', 'missing_required_parameter'],
    [{ purpose: 'fine-tune' }, 'file', 'invalid_file'],
  ])('refuses a file with %j, names %s, and stores no bytes', async (fields, param, code) => {
    const before = (await blobFiles()).length;
    const { status, body } = await call('POST', '', form('x', fields));
    expect([status, body.error['param']]).toEqual([400, param]);
    if (code !== undefined) expect(body.error['code']).toBe(code);
    expect(await blobFiles()).toHaveLength(before);
  });

  it('requires a file and a purpose', async () => {
    const data = new FormData();
    data.append('purpose', 'assistants');
    expect((await call('POST', '', data)).body.error).toMatchObject({
      code: 'missing_required_parameter',
      param: 'file',
    });
    data.append('file', 'just text');
    expect((await call('POST', '', data)).body.error).toMatchObject({ code: 'invalid_type', param: 'file' });
    const twice = form('x');
    twice.delete('purpose');
    twice.append('purpose', new File(['assistants'], 'p'));
    expect((await call('POST', '', twice)).body.error).toMatchObject({ param: 'purpose' });
  });

  it('refuses JSON for an upload that requires a form', async () => {
    const response = await server.post('/v1/files', { purpose: 'assistants' });
    expect([response.status, ((await response.json()) as Body).error['code']]).toEqual([
      415,
      'unsupported_content_type',
    ]);
  });

  it('refuses a file that exceeds the quota of the project, and stores no bytes of it', async () => {
    const before = (await blobFiles()).length;
    const { status, body } = await call('POST', '', form(new Uint8Array(QUOTA)));
    expect([status, body.error['code']]).toEqual([400, 'file_quota_exceeded']);
    expect(await blobFiles()).toHaveLength(before);
  });

  it('stores an empty file and returns it', async () => {
    const { body } = await call('POST', '', form(''));
    const content = await read(body.id);
    expect([body['bytes'], content.status, await content.text()]).toEqual([0, 200, '']);
  });
});
