import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toErrorBody } from '../errors/api-error.ts';
import { ReceivedFile } from '../lib/received-file.ts';
import { acceptForms } from './read-form.ts';
import { toServerError } from './render-error.ts';
import { dropUnreadBodies } from './unread-body.ts';

const FORM_BYTES = 100_000;

let app: FastifyInstance;
/** Stored bytes by key. */
let stored: Map<string, Buffer>;
let aborted: number;

beforeEach(async () => {
  stored = new Map();
  aborted = 0;
  app = Fastify();
  app.removeAllContentTypeParsers();
  dropUnreadBodies(app);
  acceptForms(app, {
    async receive(source) {
      const parts: Uint8Array[] = [];
      try {
        for await (const part of source) parts.push(part);
      } catch (error) {
        aborted += 1;
        throw error;
      }
      const bytes = Buffer.concat(parts);
      const key = `key-${stored.size}`;
      stored.set(key, bytes);
      return { key, bytes: bytes.byteLength, sha256: 'x' };
    },
    async discard(keys) {
      for (const key of keys) stored.delete(key);
    },
  });
  app.setErrorHandler((error, request, reply) => {
    const known = toServerError(error, request);
    reply.code(known.status).send(toErrorBody(known));
  });
  app.post('/form', { config: { formBytes: FORM_BYTES } }, async (request) =>
    JSON.parse(
      JSON.stringify(request.body, (_key, value) =>
        value instanceof ReceivedFile ? { file: value.filename, type: value.contentType, bytes: value.bytes } : value,
      ),
    ),
  );
  app.post('/json', async () => 'never');
  await app.listen({ port: 0 });
});

afterEach(() => app.close());

const address = () => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;

async function post(form: FormData, path = '/form') {
  const response = await fetch(address() + path, { method: 'POST', body: form });
  return {
    status: response.status,
    body: (await response.json()) as Record<string, unknown> & {
      error?: { message: string; code: string; param: string };
    },
  };
}

/** A form written by hand. */
async function postRaw(parts: readonly string[], { end = '--b--\r\n', type = 'multipart/form-data; boundary=b' } = {}) {
  const body = Buffer.from(parts.map((part) => `--b\r\n${part}\r\n`).join('') + end, 'latin1');
  const response = await fetch(`${address()}/form`, { method: 'POST', headers: { 'content-type': type }, body });
  return { status: response.status, body: (await response.json()) as { error?: { message: string } } };
}

function formOf(fields: Record<string, string | Blob>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

describe('a multipart form', () => {
  it('reads bytes, name and type of files with fields before or after them', async () => {
    const bytes = Buffer.alloc(FORM_BYTES, 7);
    const { body } = await post(
      formOf({ before: '1', file: new File([bytes], 'ü b.pdf', { type: 'application/pdf' }), after: '2' }),
    );
    expect(body).toEqual({
      before: '1',
      file: { file: 'ü b.pdf', type: 'application/pdf', bytes: FORM_BYTES },
      after: '2',
    });
    expect([...stored.values()].map((each) => each.equals(bytes))).toEqual([true]);
  });

  it('reads brackets in names as nested properties and arrays', async () => {
    const form = formOf({ 'a[b]': '1', 'a[c][d]': '2', x: 'y' });
    for (const value of ['p', 'q']) form.append('list[]', value);
    expect((await post(form)).body).toEqual({ a: { b: '1', c: { d: '2' } }, x: 'y', list: ['p', 'q'] });
  });

  it.each([
    [{ 'a[b': '1' }, 'a[b'],
    [{ '__proto__[x]': '1' }, '__proto__[x]'],
    [{ a: '1', 'a[b]': '2' }, 'a[b]'],
    [{ 'a[]': '1', 'a[b]': '2' }, 'a[b]'],
    [{ 'a[b][c][d][e][f]': '1' }, 'a[b][c][d][e][f]'],
  ])('refuses the field names of %j and names the wrong one', async (fields, param) => {
    const { status, body } = await post(formOf(fields));
    expect([status, body.error?.code, body.error?.param]).toEqual([400, 'invalid_value', param]);
  });

  it('refuses a repeated form field', async () => {
    const form = formOf({ a: '1' });
    form.append('a', '2');
    expect((await post(form)).body.error?.message).toContain('sent twice');
  });

  it('refuses a file one byte too large with 413 and stores nothing', async () => {
    const { status, body } = await post(
      formOf({ ok: new File(['x'], 'x'), file: new File([Buffer.alloc(FORM_BYTES + 1)], 'big') }),
    );
    expect([status, body.error?.code]).toEqual([413, 'request_too_large']);
    expect(stored.size).toBe(0);
  });

  it('refuses a body with a too large content-length before reading it', async () => {
    const { status } = await post(formOf({ file: new File([Buffer.alloc(FORM_BYTES + 1024 * 1024 + 1)], 'big') }));
    expect([status, aborted]).toEqual([413, 0]);
  });

  it.each([
    ['', 'has no filename'],
    ['a\u0000b', 'control characters'],
    ['\xff\xfe', 'not valid UTF-8'],
    ['n'.repeat(256), 'longer than 255'],
  ])('refuses the filename %j', async (name, message) => {
    const part = `content-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\nabc`;
    const { status, body } = await postRaw([part]);
    expect(status).toBe(400);
    expect(body.error?.message).toContain(message);
    expect(stored.size).toBe(0);
  });

  it('uses the last part of a path in a filename', async () => {
    const part = 'content-disposition: form-data; name="file"; filename="../../etc/passwd"\r\n\r\nabc';
    expect((await postRaw([part])).body).toMatchObject({ file: { file: 'passwd' } });
  });

  it('refuses a truncated form and stores none of its files', async () => {
    const whole = 'content-disposition: form-data; name="a"; filename="a"\r\n\r\nabc';
    const { status, body } = await postRaw([whole], {
      end: '--b\r\ncontent-disposition: form-data; name="c"; filename="c"\r\n\r\nhalf',
    });
    expect([status, body.error?.message]).toEqual([400, expect.stringContaining('cannot be read')]);
    expect(stored.size).toBe(0);
  });

  it('refuses a form without a boundary', async () => {
    expect(await postRaw([], { type: 'multipart/form-data' })).toMatchObject({ status: 400 });
  });

  it('refuses more files than a form may have', async () => {
    const form = new FormData();
    for (let i = 0; i < 65; i += 1) form.append('file[]', new File(['x'], 'x'));
    const { status, body } = await post(form);
    expect([status, body.error?.message]).toEqual([400, expect.stringContaining('too many files')]);
    expect(stored.size).toBe(0);
  });

  it('refuses form fields of more than 1 MiB in total', async () => {
    const fields = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, 'x'.repeat(400_000)]));
    expect((await post(formOf(fields))).body.error?.code).toBe('request_too_large');
  });

  it('refuses a form with 415 for an operation that requires JSON', async () => {
    expect((await post(formOf({ a: '1' }), '/json')).status).toBe(415);
  });

  it('responds immediately to a refused form and reads the rest before it closes the connection', async () => {
    const part = 'content-disposition: form-data; name="file"; filename=""\r\ncontent-type: text/plain\r\n\r\n';
    const headers = { 'content-type': 'multipart/form-data; boundary=b', connection: 'close' };
    const request = httpRequest(`${address()}/form`, { method: 'POST', headers });
    const answered = new Promise<number>((resolve) =>
      request.on('response', (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      }),
    );
    const closed = new Promise((resolve) => request.on('close', resolve));
    request.write(`--b\r\n${part}`);
    request.write(Buffer.alloc(50_000));
    expect(await answered).toBe(400);
    request.end(`${'x'.repeat(50_000)}\r\n--b--\r\n`);
    await closed;
    expect(request.errored).toBeNull();
  });

  it('stores nothing of a form when the client disconnects', async () => {
    const request = httpRequest(`${address()}/form`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    });
    request.on('error', () => undefined);
    request.write(
      '--b\r\ncontent-disposition: form-data; name="a"; filename="a"\r\n\r\nabc\r\n--b\r\ncontent-disposition: form-data; name="c"; filename="c"\r\n\r\nhalf',
    );
    await expect.poll(() => stored.size).toBe(1);
    request.destroy();
    await expect.poll(() => [stored.size, aborted]).toEqual([0, 1]);
  });
});
