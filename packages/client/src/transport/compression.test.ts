import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startServer } from '../testing/test-server.ts';
import { exchange, openTransport } from '../testing/test-transport.ts';
import type { CompressionMode } from './connection-options.ts';

const TEXT = 'a text that is longer than a few bytes '.repeat(100);

describe('compression', () => {
  it.each<[CompressionMode | undefined, string | undefined, string | undefined]>([
    [undefined, undefined, undefined],
    [undefined, 'br', 'br'],
    ['AUTO', 'br', 'br'],
    ['ALWAYS', undefined, 'gzip, deflate, br'],
    ['ALWAYS', 'br', 'gzip, deflate, br'],
    ['NEVER', 'br', undefined],
  ])('with %s, turns the Accept-Encoding %s of a call into %s', async (compression, given, expected) => {
    const server = await startServer((_, response) => response.end());
    const headers = given === undefined ? {} : { 'accept-encoding': given };
    await exchange(openTransport({ compression }), server.url, { headers });
    expect(server.requests[0]?.headers['accept-encoding']).toBe(expected);
  });

  it.each([
    ['gzip', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['deflate', deflateRawSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
    ['gzip, br', brotliCompressSync(gzipSync(TEXT))],
  ])('decodes %s', async (coding, body) => {
    const server = await startServer((_, response) => {
      response.writeHead(400, { 'content-encoding': coding, 'content-length': body.length });
      response.end(body);
    });
    const { text, status, headers } = await exchange(openTransport({}), server.url);
    expect([text, status]).toEqual([TEXT, 400]);
    expect([headers['content-encoding'], headers['content-length']]).toEqual([undefined, undefined]);
  });

  it('yields the parts of a compressed stream as they arrive', async () => {
    const isRead = Promise.withResolvers<void>();
    const server = await startServer(async (_, response) => {
      const gzip = createGzip();
      response.writeHead(200, { 'content-encoding': 'gzip' });
      gzip.pipe(response as unknown as NodeJS.WritableStream);
      gzip.write('first');
      gzip.flush();
      await isRead.promise;
      gzip.end('second');
    });
    const response = await openTransport({}).send({ url: server.url, method: 'GET', headers: {} });
    const parts: string[] = [];
    for await (const chunk of response.body ?? []) {
      parts.push(Buffer.from(chunk as Uint8Array).toString());
      isRead.resolve();
    }
    expect(parts).toEqual(['first', 'second']);
  });

  it('leaves an unknown coding alone', async () => {
    const server = await startServer((_, response) => {
      response.writeHead(200, { 'content-encoding': 'unknown' });
      response.end(TEXT);
    });
    const { text, headers } = await exchange(openTransport({}), server.url);
    expect([text, headers['content-encoding']]).toEqual([TEXT, 'unknown']);
  });

  it('rejects a body that does not have its coding', async () => {
    const server = await startServer((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(TEXT);
    });
    await expect(exchange(openTransport({}), server.url)).rejects.toThrow('the body of the response is not valid gzip');
  });

  it('accepts an empty body with a coding', async () => {
    const server = await startServer((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end();
    });
    expect((await exchange(openTransport({}), server.url)).text).toBe('');
  });
});
