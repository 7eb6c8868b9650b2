import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createAuthority } from '../testing/certificates.ts';
import { startHttp2Server, startRawServer, startServer, startTcpServer } from '../testing/test-server.ts';
import { exchange, openTransport } from '../testing/test-transport.ts';
import { ResponseLimitError } from './transport-errors.ts';

function limitOf(error: unknown): unknown {
  return error instanceof ResponseLimitError ? error.limit : error;
}

describe('responseLimits', () => {
  it.each([
    ['maxStatusLineLength', `HTTP/1.1 200 ${'x'.repeat(4100)}\r\ncontent-length: 0\r\n\r\n`],
    ['maxHeaderSize', `HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(8200)}\r\ncontent-length: 0\r\n\r\n`],
  ])('rejects a response above the default of %s and closes the connection', async (limit, text) => {
    const server = await startRawServer(text);
    const error = await exchange(openTransport({}), server.url).catch(limitOf);
    expect(error).toBe(limit);
    await expect.poll(() => server.openConnections()).toBe(0);
  });

  it('accepts a response within the limits', async () => {
    const lines = [`HTTP/1.1 200 ${'x'.repeat(4000)}`, `x-long: ${'x'.repeat(8000)}`, 'content-length: 1'];
    const server = await startRawServer(`${lines.join('\r\n')}\r\n\r\nx`);
    expect((await exchange(openTransport({}), server.url)).text).toBe('x');
  });

  it('rejects a status line that arrives in parts without an end', async () => {
    const server = await startTcpServer((socket) => {
      socket.write('HTTP/1.1 200 ');
      const timer = setInterval(() => socket.write('x'.repeat(1000)), 5);
      socket.on('close', () => clearInterval(timer));
    });
    const error = await exchange(openTransport({}), server.url).catch(limitOf);
    expect(error).toBe('maxStatusLineLength');
    await expect.poll(() => server.openConnections()).toBe(0);
  });

  it('accepts a second long response on a connection', async () => {
    const line = `HTTP/1.1 200 ${'x'.repeat(4000)}`;
    const size = 500_000;
    const server = await startRawServer(`${line}\r\ncontent-length: ${size}\r\n\r\n${'y'.repeat(size)}`);
    const transport = openTransport({});
    for (let sent = 0; sent < 2; sent += 1) expect((await exchange(transport, server.url)).text).toHaveLength(size);
    expect(server.connections).toHaveLength(1);
  });

  it('names the limit and its value', async () => {
    const server = await startServer((_, response) => response.end('x'.repeat(11)));
    const sent = exchange(openTransport({ responseLimits: { maxEntityBodySize: 10 } }), server.url);
    await expect(sent).rejects.toThrow('the response exceeds responseLimits.maxEntityBodySize (10)');
    await expect.poll(() => server.openConnections()).toBe(0);
  });

  it('accepts a body of exactly maxEntityBodySize', async () => {
    const server = await startServer((_, response) => response.end('x'.repeat(10)));
    const transport = openTransport({ responseLimits: { maxEntityBodySize: 10 } });
    expect((await exchange(transport, server.url)).text).toBe('x'.repeat(10));
  });

  it('limits a body after decompression', async () => {
    const server = await startServer((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync('x'.repeat(100_000)));
    });
    const transport = openTransport({ responseLimits: { maxEntityBodySize: 10_000 } });
    await expect(exchange(transport, server.url)).rejects.toThrow('maxEntityBodySize (10000)');
  });

  it.each([
    ['maxHeaderSize', 20],
    ['maxEntityBodySize', 4],
  ])('enforces %s with HTTP/2 and closes the connection', async (limit, value) => {
    const authority = await createAuthority();
    const server = await startHttp2Server(
      (_, response) => {
        response.writeHead(200, { 'x-long': 'x'.repeat(30) });
        response.end('12345');
      },
      await authority.issue(),
    );
    const options = { secureSocket: { enable: false }, responseLimits: { [limit]: value } };
    expect(await exchange(openTransport(options), server.url).catch(limitOf)).toBe(limit);
    await expect.poll(() => server.openConnections()).toBe(0);
  });
});
