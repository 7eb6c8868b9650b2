import { describe, expect, it } from 'vitest';
import { createAuthority, writeTestFile } from '../testing/certificates.ts';
import { startHttp2Server, startServer } from '../testing/test-server.ts';
import { exchange, openTransport, post } from '../testing/test-transport.ts';
import type { ConnectionOptions } from './connection-options.ts';

async function startSecureHttp2Server() {
  const authority = await createAuthority();
  const server = await startHttp2Server((_, response) => response.end('done'), await authority.issue());
  return { server, secureSocket: { cert: writeTestFile('ca.pem', authority.cert) } };
}

describe('httpVersion', () => {
  it('negotiates HTTP/2 over TLS by default', async () => {
    const { server, secureSocket } = await startSecureHttp2Server();
    expect((await post(openTransport({ secureSocket }), server.url, 'body')).text).toBe('done');
    expect(server.requests.map(({ httpVersion }) => httpVersion)).toEqual(['2.0']);
  });

  it('falls back to HTTP/1.1 over TLS if the server does not speak HTTP/2', async () => {
    const authority = await createAuthority();
    const server = await startServer((_, response) => response.end(), await authority.issue());
    const secureSocket = { cert: writeTestFile('ca.pem', authority.cert) };
    await exchange(openTransport({ secureSocket }), server.url);
    expect(server.requests[0]?.httpVersion).toBe('1.1');
  });

  it('speaks HTTP/1.1 over TLS with HTTP_1_1, although the server offers HTTP/2', async () => {
    const { server, secureSocket } = await startSecureHttp2Server();
    await exchange(openTransport({ secureSocket, httpVersion: 'HTTP_1_1' }), server.url);
    expect(server.requests[0]?.httpVersion).toBe('1.1');
  });

  it('speaks HTTP/1.1 over plain text without prior knowledge', async () => {
    const server = await startServer((_, response) => response.end());
    await exchange(openTransport({}), server.url);
    expect(server.requests[0]?.httpVersion).toBe('1.1');
  });

  it('sends requests of HTTP/1.0 with Content-Length, on one connection each', async () => {
    const server = await startServer((_, response) => response.end('done'));
    const transport = openTransport({ httpVersion: 'HTTP_1_0' });
    const body = new Blob(['x'.repeat(20_000)]).stream();
    expect((await post(transport, server.url, body)).text).toBe('done');
    await exchange(transport, server.url);
    expect(server.requests.map(({ httpVersion }) => httpVersion)).toEqual(['1.0', '1.0']);
    expect(server.requests[0]?.headers['content-length']).toBe('20000');
    expect(server.connections).toHaveLength(2);
  });
});

describe('http2Settings', () => {
  it('speaks HTTP/2 over plain text without an upgrade with http2PriorKnowledge', async () => {
    const server = await startHttp2Server((_, response) => response.end('done'));
    const transport = openTransport({ http2Settings: { http2PriorKnowledge: true } });
    expect((await exchange(transport, server.url)).text).toBe('done');
    expect(server.requests[0]?.httpVersion).toBe('2.0');
  });

  it.each([
    [undefined, 65_535],
    [100_000, 100_000],
  ])('announces the initial window %s as %i bytes', async (http2InitialWindowSize, expected) => {
    const server = await startHttp2Server((_, response) => response.end());
    const transport = openTransport({ http2Settings: { http2PriorKnowledge: true, http2InitialWindowSize } });
    await exchange(transport, server.url);
    expect(server.sessions[0]?.remoteSettings.initialWindowSize).toBe(expected);
  });
});

describe('http1Settings.keepAlive', () => {
  it.each<[ConnectionOptions, number, string]>([
    [{}, 1, 'keep-alive'],
    [{ http1Settings: { keepAlive: 'ALWAYS' } }, 1, 'keep-alive'],
    [{ http1Settings: { keepAlive: 'NEVER' } }, 3, 'close'],
    [{ httpVersion: 'HTTP_1_0', http1Settings: { keepAlive: 'ALWAYS' } }, 1, 'keep-alive'],
  ])('with %j, opens %i connections for three requests', async (options, count, header) => {
    const server = await startServer((_, response) => {
      response.writeHead(200, { 'content-length': 0 });
      response.end();
    });
    const transport = openTransport(options);
    for (let sent = 0; sent < 3; sent += 1) await exchange(transport, server.url);
    expect(server.connections).toHaveLength(count);
    expect(server.requests.map(({ headers }) => headers['connection'])).toEqual([header, header, header]);
  });
});

describe('http1Settings.chunking', () => {
  const [short, long] = ['x'.repeat(8191), 'x'.repeat(8192)];

  it.each([
    ['AUTO', 'a short text', short, false],
    ['AUTO', 'a long text', long, true],
    ['AUTO', 'a long blob', new Blob([long]), true],
    ['AUTO', 'a stream', () => new Blob([short]).stream(), true],
    ['ALWAYS', 'a short text', short, true],
    ['NEVER', 'a long text', long, false],
    ['NEVER', 'a stream', () => new Blob([long]).stream(), false],
  ] as const)('with %s, sends %s as its mode says', async (chunking, _, body, isChunked) => {
    const server = await startServer((__, response) => response.end());
    const sent = typeof body === 'function' ? body() : body;
    await post(openTransport({ http1Settings: { chunking } }), server.url, sent);
    const received = server.requests[0];
    expect(received?.headers['transfer-encoding']).toBe(isChunked ? 'chunked' : undefined);
    expect(received?.headers['content-length']).toBe(isChunked ? undefined : String(received?.body.length));
    expect(received?.body.length).toBeGreaterThan(8000);
  });
});
