import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ projectFileBytes: '3000000' });
});

afterAll(() => server.close());

type Body = Record<string, unknown> & { id: string; error: Record<string, unknown>; file: { id: string } | null };

const post = (path: string, body: object) => server.request<Body>('POST', `/v1/uploads${path}`, body);

const announce = (fields: object = {}) =>
  post('', { filename: 'big.bin', purpose: 'assistants', bytes: 12, mime_type: 'application/pdf', ...fields });

async function addPart(upload: string, content: string | Uint8Array<ArrayBuffer>) {
  const form = new FormData();
  form.append('data', new File([content], 'blob'));
  return post(`/${upload}/parts`, form);
}

async function blobCount(): Promise<number> {
  const names = await readdir(join(server.dataDir, 'blobs'), { recursive: true, withFileTypes: true });
  return names.filter((entry) => entry.isFile()).length;
}

describe('uploads', () => {
  it('creates a file from parts in the order of part_ids', async () => {
    const { body: upload } = await announce();
    expect(upload).toEqual({
      id: expect.stringMatching(/^upload_/),
      object: 'upload',
      bytes: 12,
      created_at: expect.any(Number),
      filename: 'big.bin',
      purpose: 'assistants',
      status: 'pending',
      expires_at: Number(upload['created_at']) + 3600,
      file: null,
    });
    const [world, hello, wrong] = await Promise.all(
      [' world', 'hello,', 'unused'].map(async (text) => (await addPart(upload.id, text)).body),
    );
    expect(world).toEqual({
      id: expect.stringMatching(/^part_/),
      object: 'upload.part',
      created_at: expect.any(Number),
      upload_id: upload.id,
    });
    const before = await blobCount();
    const md5 = createHash('md5').update('hello, world').digest('hex').toUpperCase();
    const done = await post(`/${upload.id}/complete`, { part_ids: [hello?.id, world?.id], md5 });
    expect(done.body).toMatchObject({ status: 'completed', file: { object: 'file', bytes: 12, filename: 'big.bin' } });
    const content = await fetch(`${server.url}/v1/files/${done.body.file?.id}/content`, {
      headers: { range: 'bytes=3-8' },
    });
    expect([content.status, await content.text()]).toEqual([206, 'lo, wo']);
    expect(wrong?.id).toBeDefined();
    expect(await blobCount()).toBe(before - 1);
  });

  it('keeps an upload pending after a failed completion', async () => {
    const { body: upload } = await announce({ bytes: 6 });
    const part = (await addPart(upload.id, 'abcdef')).body;
    const other = (await addPart(upload.id, 'xyz')).body;
    const complete = async (body: object) => (await post(`/${upload.id}/complete`, body)).body.error;
    expect(await complete({ part_ids: [part.id, other.id] })).toMatchObject({
      param: 'part_ids',
      message: 'The parts have 9 bytes together, and 6 were announced.',
    });
    expect(await complete({ part_ids: [part.id, 'part_none'] })).toMatchObject({ param: 'part_ids[1]' });
    expect(await complete({ part_ids: [part.id, part.id] })).toMatchObject({ param: 'part_ids[1]' });
    expect(await complete({ part_ids: [] })).toMatchObject({ param: 'part_ids' });
    expect(await complete({ part_ids: [part.id], md5: '00' })).toMatchObject({ param: 'md5' });
    expect((await post(`/${upload.id}/complete`, { part_ids: [part.id] })).status).toBe(200);
  });

  it('checks the lines of an uploaded file like those of a file in one piece', async () => {
    const text = '{"messages":[]}';
    const { body: upload } = await announce({
      purpose: 'fine-tune',
      bytes: text.length,
      filename: 'a.jsonl',
      mime_type: 'text/jsonl',
    });
    const part = (await addPart(upload.id, text)).body;
    const done = await post(`/${upload.id}/complete`, { part_ids: [part.id] });
    expect(done.body.error).toMatchObject({ code: 'invalid_file', message: expect.stringContaining('Line 1') });
  });

  it('refuses parts of a cancelled upload, and parts of an unknown one', async () => {
    const before = await blobCount();
    const { body: upload } = await announce({ bytes: 3 });
    const part = (await addPart(upload.id, 'abc')).body;
    expect((await post(`/${upload.id}/cancel`, {})).body).toMatchObject({ id: upload.id, status: 'cancelled' });
    for (const late of [
      await addPart(upload.id, 'late'),
      await post(`/${upload.id}/complete`, { part_ids: [part.id] }),
      await post(`/${upload.id}/cancel`, {}),
    ]) {
      expect([late.status, late.body.error]).toEqual([
        400,
        {
          message: `The upload '${upload.id}' is cancelled.`,
          type: 'invalid_request_error',
          param: 'upload_id',
          code: 'upload_not_pending',
        },
      ]);
    }
    expect(await blobCount()).toBe(before);
    const missing = await addPart('upload_none', 'x');
    expect([missing.status, missing.body.error['message']]).toEqual([404, "No such Upload object: 'upload_none'."]);
    expect(await blobCount()).toBe(before);
  });

  it('sets expires_at of the file as the upload requested', async () => {
    const { body: upload } = await announce({ bytes: 1, expires_after: { anchor: 'created_at', seconds: 3600 } });
    const part = (await addPart(upload.id, 'a')).body;
    const { file } = (await post(`/${upload.id}/complete`, { part_ids: [part.id] })).body as unknown as {
      file: { created_at: number; expires_at: number };
    };
    expect(file.expires_at - file.created_at).toBe(3600);
  });

  it.each([
    [{ bytes: 8 * 1024 ** 3 + 1 }, 'bytes'],
    [{ bytes: -1 }, 'bytes'],
    [{ purpose: 'user_data' }, 'purpose'],
    [{ mime_type: 'text/html', purpose: 'vision' }, 'mime_type'],
    [{ mime_type: 'image/png', purpose: 'batch' }, 'mime_type'],
    [{ filename: '' }, 'filename'],
    [{ nonsense: 1 }, 'nonsense'],
  ])('refuses an upload with %j and names %s', async (fields, param) => {
    const { status, body } = await announce(fields);
    expect([status, body.error['param']]).toEqual([400, param]);
  });

  it('counts the parts of an upload toward the quota of the project', async () => {
    const before = await blobCount();
    const { body: upload } = await announce({ bytes: 4_000_000 });
    expect((await addPart(upload.id, new Uint8Array(2_900_000))).status).toBe(200);
    const { status, body } = await addPart(upload.id, new Uint8Array(200_000));
    expect([status, body.error['code']]).toEqual([400, 'file_quota_exceeded']);
    expect(await blobCount()).toBe(before + 1);
  });
});
