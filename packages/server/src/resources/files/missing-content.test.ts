import { readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';

let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

/** Calls `work` with the path of every blob. */
async function eachBlob(work: (path: string) => Promise<void>) {
  const folder = join(server.dataDir, 'blobs');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) if (entry.isFile()) await work(join(entry.parentPath, entry.name));
}

const upload = async () =>
  await client.files.create({
    file: await toFile(Buffer.from('A text of some words.'), 'a.txt'),
    purpose: 'assistants',
  });

describe('a file whose stored bytes are gone', () => {
  it('returns file_content_missing for a file without stored bytes, and no headers of the file', async () => {
    for (const damage of [(path: string) => rm(path), (path: string) => truncate(path, 3)]) {
      const { id } = await upload();
      await eachBlob(damage);
      const response = await fetch(`${server.url}/v1/files/${id}/content`);
      expect(response.status).toBe(500);
      expect(response.headers.get('content-type')).toContain('application/json');
      expect(response.headers.get('content-disposition')).toBeNull();
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      expect(error.code).toBe('file_content_missing');
      expect(error.message).toContain(id);
    }
  });

  it('fails immediately in a vector store when its bytes are missing, and names the file', async () => {
    const { id } = await upload();
    await eachBlob((path) => rm(path));
    const store = await client.vectorStores.create({});
    const startedAt = Date.now();
    const file = await client.vectorStores.files.createAndPoll(store.id, { file_id: id }, { pollIntervalMs: 20 });
    expect(file).toMatchObject({
      status: 'failed',
      last_error: { code: 'server_error', message: expect.stringContaining(id) },
    });
    expect(Date.now() - startedAt).toBeLessThan(10_000);
  });

  it('refuses to complete an upload whose part has no stored bytes', async () => {
    const bytes = Buffer.from('one part');
    const about = { bytes: bytes.length, filename: 'a.txt', mime_type: 'text/plain', purpose: 'assistants' } as const;
    const { id } = await client.uploads.create(about);
    const part = await client.uploads.parts.create(id, { data: await toFile(bytes, 'part') });
    await eachBlob((path) => rm(path));
    await expect(client.uploads.complete(id, { part_ids: [part.id] })).rejects.toMatchObject({
      status: 500,
      code: 'file_content_missing',
      message: expect.stringContaining(part.id),
    });
  });
});
