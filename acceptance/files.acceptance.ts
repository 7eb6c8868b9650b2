/** Files through the official clients: their forms and their automatic pagination. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteById, failureOf, GENERATIONS } from './openai-clients.ts';
import { target } from './target.ts';

const { baseURL, apiKey } = target;
const PAGED = 1000;
const PAGING_MS = 180_000;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-files-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe.each(GENERATIONS)('files with $name', ({ Client }) => {
  const client = new Client({ baseURL, apiKey, maxRetries: 0 });

  it('uploads a stream from disk, describes it, downloads the same bytes and deletes it', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(65_536));
    const path = join(folder, 'data ü.bin');
    await writeFile(path, Buffer.concat(Array.from({ length: 48 }, () => bytes)));
    const made = await client.files.create({ file: createReadStream(path), purpose: 'user_data' });
    expect(made).toMatchObject({ object: 'file', bytes: 48 * 65_536, filename: 'data ü.bin', purpose: 'user_data' });
    expect(await client.files.retrieve(made.id)).toEqual(made);
    const content = Buffer.from(await (await client.files.content(made.id)).arrayBuffer());
    expect(content.equals(Buffer.concat(Array.from({ length: 48 }, () => bytes)))).toBe(true);
    expect(await deleteById(client.files, made.id)).toEqual({ id: made.id, object: 'file', deleted: true });
    expect(await failureOf(client.files.retrieve(made.id))).toMatchObject({ status: 404, param: 'id' });
  });

  it('accepts a time to live as nested form fields', async () => {
    const made = await client.files.create({
      file: await toFile(Buffer.from('short-lived'), 'a.txt'),
      purpose: 'assistants',
      expires_after: { anchor: 'created_at', seconds: 7200 },
    });
    expect((made.expires_at ?? 0) - made.created_at).toBe(7200);
    await deleteById(client.files, made.id);
  });

  it('names the line that does not match the purpose', async () => {
    const file = await toFile(Buffer.from('{"messages":[]}\n'), 'train.jsonl');
    expect(await failureOf(client.files.create({ file, purpose: 'fine-tune' }))).toMatchObject({
      status: 400,
      param: 'file',
      message: expect.stringContaining('Line 1'),
    });
  });

  it(
    'pages automatically through a thousand files in both orders while more are added',
    async () => {
      const upload = async (i: number) => {
        const file = await toFile(Buffer.from(String(i)), `${i}.txt`);
        return (await client.files.create({ file, purpose: 'vision' })).id;
      };
      const ids: string[] = [];
      for (let i = 0; i < PAGED; i += 20) {
        ids.push(...(await Promise.all(Array.from({ length: 20 }, (_, j) => upload(i + j)))));
      }
      const later: Promise<string>[] = [];
      const readAll = async (order: 'asc' | 'desc') => {
        const seen: string[] = [];
        for await (const { id } of client.files.list({ purpose: 'vision', limit: 100, order })) {
          seen.push(id);
          if (seen.length % 100 === 0 && seen.length < PAGED) later.push(upload(PAGED + seen.length));
        }
        expect(new Set(seen).size).toBe(seen.length);
        return new Set(seen);
      };
      // Files added meanwhile precede the newest and follow the oldest.
      expect(await readAll('desc')).toEqual(new Set(ids));
      const seen = await readAll('asc');
      expect(ids.filter((id) => !seen.has(id))).toEqual([]);
      const all = [...ids, ...(await Promise.all(later))];
      for (let i = 0; i < all.length; i += 20) {
        await Promise.all(all.slice(i, i + 20).map((id) => deleteById(client.files, id)));
      }
      expect((await client.files.list({ purpose: 'vision' })).data).toEqual([]);
    },
    PAGING_MS,
  );

  it('uploads a large file in parallel parts and downloads it as one', async () => {
    const parts = Array.from({ length: 5 }, () => crypto.getRandomValues(new Uint8Array(50_000)));
    const upload = await client.uploads.create({
      filename: 'big.pdf',
      purpose: 'assistants',
      bytes: 250_000,
      mime_type: 'application/pdf',
    });
    const made = await Promise.all(
      parts
        .toReversed()
        .map(async (bytes) => client.uploads.parts.create(upload.id, { data: await toFile(bytes, 'part') })),
    );
    const part_ids = made.map(({ id }) => id).toReversed();
    const done = await client.uploads.complete(upload.id, { part_ids });
    expect(done).toMatchObject({ status: 'completed', file: { bytes: 250_000, filename: 'big.pdf' } });
    const content = Buffer.from(await (await client.files.content(done.file?.id ?? '')).arrayBuffer());
    expect(content.equals(Buffer.concat(parts))).toBe(true);
    expect(await failureOf(client.uploads.cancel(upload.id))).toMatchObject({
      status: 400,
      code: 'upload_not_pending',
    });
  });

  it('cancels an upload', async () => {
    const upload = await client.uploads.create({ filename: 'a', purpose: 'vision', bytes: 1, mime_type: 'image/png' });
    expect(await client.uploads.cancel(upload.id)).toMatchObject({ id: upload.id, status: 'cancelled' });
  });
});
