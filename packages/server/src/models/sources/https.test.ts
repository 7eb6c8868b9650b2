import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startFileServer } from '../testing/file-server.ts';
import { modelBytes, sha256 } from '../testing/model-bytes.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { openSource } from './index.ts';
import type { DownloadOptions, DownloadResult, SourceOptions } from './source.ts';

const BODY = modelBytes(200_000);

async function download(
  reference: string,
  sourceOptions: SourceOptions = {},
  options: Partial<DownloadOptions> = {},
): Promise<DownloadResult & { bytes: Buffer }> {
  const part = join(await temporaryDirectory(), 'model.part');
  const result = await openSource(reference, { retryDelayMs: 1, ...sourceOptions }).download(part, {
    signal: new AbortController().signal,
    offset: 0,
    checksumKnown: true,
    onTotal: async () => undefined,
    onProgress: () => undefined,
    ...options,
  });
  return { ...result, bytes: await readFile(part) };
}

describe('the https source', () => {
  it('restarts from 0 if the server does not support ranges', async () => {
    const server = await startFileServer({ body: BODY, ranges: false, dropAfter: [100_000] });
    expect((await download(`${server.url}/m`)).bytes.equals(BODY)).toBe(true);
    expect(server.seen).toHaveLength(2);
  });

  it('retries a busy server and gives up after several attempts without progress', async () => {
    let refusals = 2;
    const server = await startFileServer({
      body: BODY,
      intercept: (_, response) => {
        refusals -= 1;
        if (refusals >= 0) response.writeHead(503).end();
        return refusals >= 0;
      },
    });
    expect((await download(`${server.url}/m`)).bytes.equals(BODY)).toBe(true);
    refusals = 100;
    await expect(download(`${server.url}/m`)).rejects.toThrow(/answered 503$/);
    expect(server.seen).toHaveLength(3 + 4);
  });

  it('gives up on a connection that always breaks at the same position, with the reason', async () => {
    const server = await startFileServer({ body: BODY, ranges: false, dropAfter: Array(20).fill(50_000) });
    await expect(download(`${server.url}/m`)).rejects.toThrow(/^the download from 127\.0\.0\.1:\d+ broke off/);
    expect(server.seen).toHaveLength(5);
  });

  it('follows redirects and sends the token to the first host only', async () => {
    const storage = await startFileServer({ body: BODY });
    const hub = await startFileServer({
      body: BODY,
      intercept: (_, response) => {
        response.writeHead(302, { location: `${storage.url}/blob`, 'x-linked-etag': `"${sha256(BODY)}"` }).end();
        return true;
      },
    });
    const result = await download('hf:owner/repo@v1.0:file.gguf', { hubUrl: hub.url, hubToken: 'secret' });
    expect(result.announced).toEqual({ sha256: sha256(BODY) });
    expect(result.bytes.equals(BODY)).toBe(true);
    expect(hub.seen[0]).toMatchObject({ path: '/owner/repo/resolve/v1.0/file.gguf', authorization: 'Bearer secret' });
    expect(storage.seen[0]).toMatchObject({ path: '/blob', authorization: undefined });
  });

  it('refuses a redirect to another scheme and an endless redirect', async () => {
    for (const [location, message] of [
      ['file:///etc/passwd', 'redirected from http: to file:'],
      ['/again', 'redirected more than 8 times'],
    ] as const) {
      const server = await startFileServer({
        body: BODY,
        intercept: (_, response) => {
          response.writeHead(302, { location }).end();
          return true;
        },
      });
      await expect(download(`${server.url}/m`)).rejects.toThrow(message);
    }
  });

  it('distinguishes missing, private and gated hub repositories', async () => {
    const hub = await startFileServer({
      body: BODY,
      intercept: (_, response) => {
        response.writeHead(401).end();
        return true;
      },
    });
    const reference = 'hf:owner/repo:file.gguf';
    await expect(download(reference, { hubUrl: hub.url })).rejects.toThrow('no hub token is set');
    await expect(download(reference, { hubUrl: hub.url, hubToken: 'x' })).rejects.toThrow(
      'the hub token does not open it',
    );
  });

  it('refuses another size than the expected one before it reads the body', async () => {
    const server = await startFileServer({ body: BODY });
    let received = 0;
    const options = { expectedBytes: 5, onProgress: (bytes: number) => (received = bytes) };
    await expect(download(`${server.url}/m`, {}, options)).rejects.toThrow('offers 200000 bytes instead of 5');
    expect(received).toBe(0);
  });

  it('refuses a range that does not start at the requested offset', async () => {
    const server = await startFileServer({
      body: BODY,
      intercept: (_, response) => {
        response.writeHead(206, { 'content-range': 'bytes 0-9/200000' }).end(BODY.subarray(0, 10));
        return true;
      },
    });
    await expect(download(`${server.url}/m`, {}, { offset: 1_000 })).rejects.toThrow('another range');
  });
});
