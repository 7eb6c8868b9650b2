import { describe, expect, it } from 'vitest';
import { createAuthority, writeTestFile } from '../testing/certificates.ts';
import { startHttpProxy, startSocksProxy, type TestProxy } from '../testing/proxy-servers.ts';
import { startHttp2Server, startServer, startTcpServer, type TestServer } from '../testing/test-server.ts';
import { exchange, openTransport } from '../testing/test-transport.ts';
import type { ProxyOptions } from './connection-options.ts';
import { OptionError, ProxyAuthenticationError, ProxyError } from './transport-errors.ts';

function startTarget(): Promise<TestServer> {
  return startServer((_, response) => response.end('done'));
}

function addressOf({ host, port }: TestProxy): Pick<ProxyOptions, 'host' | 'port'> {
  return { host, port };
}

const CREDENTIALS = { userName: 'user', password: 'pass:word' };

describe('proxy', () => {
  it('connects with CONNECT and Proxy-Authorization, and sends no credentials to the server', async () => {
    const [server, proxy] = [await startTarget(), await startHttpProxy('user:pass:word')];
    const transport = openTransport({ proxy: { ...addressOf(proxy), ...CREDENTIALS } });
    expect((await exchange(transport, server.url)).text).toBe('done');
    expect(proxy.targets).toEqual([server.url.host]);
    expect(server.requests[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  it.each([
    ['no user name', {}, 'the proxy demands a user name and a password (407)'],
    ['a wrong password', { userName: 'user', password: 'wrong' }, 'the proxy refused proxy.userName or proxy.password'],
  ])('rejects with an error of its own after 407, with %s', async (_, credentials, message) => {
    const [server, proxy] = [await startTarget(), await startHttpProxy('user:pass:word')];
    const transport = openTransport({ proxy: { ...addressOf(proxy), ...credentials } });
    const error = await exchange(transport, server.url).catch((reason: unknown) => reason as Error);
    expect(error).toBeInstanceOf(ProxyAuthenticationError);
    expect((error as Error).message).toContain(message);
    expect(server.requests).toEqual([]);
  });

  it('speaks TLS and HTTP/2 with the server through the tunnel', async () => {
    const authority = await createAuthority();
    const server = await startHttp2Server((_, response) => response.end('done'), await authority.issue('a.test'));
    const proxy = await startHttpProxy();
    const secureSocket = { cert: writeTestFile('ca.pem', authority.cert) };
    const transport = openTransport({ proxy: addressOf(proxy), secureSocket });
    // The proxy resolves the name.
    expect((await exchange(transport, `https://a.test:${server.url.port}/`)).text).toBe('done');
    expect([proxy.targets, server.requests[0]?.httpVersion]).toEqual([[`a.test:${server.url.port}`], '2.0']);
  });

  it('speaks HTTP/2 with prior knowledge through the tunnel', async () => {
    const server = await startHttp2Server((_, response) => response.end('done'));
    const proxy = addressOf(await startHttpProxy());
    const transport = openTransport({ proxy, http2Settings: { http2PriorKnowledge: true } });
    expect((await exchange(transport, server.url)).text).toBe('done');
  });

  it.each([
    ['a status', 'HTTP/1.1 403 Forbidden\r\n\r\n', 'the proxy refused the connection with status 403'],
    ['the end of the connection', '', 'the proxy cannot be reached or refused the connection'],
  ])('rejects when the proxy refuses a connection with %s', async (_, text, message) => {
    const refusing = await startTcpServer((socket) => socket.once('data', () => socket.end(text)));
    const proxy = { host: refusing.url.hostname, port: Number(refusing.url.port) };
    const sent = exchange(openTransport({ proxy }), (await startTarget()).url);
    await expect(sent).rejects.toThrow(ProxyError);
    await expect(sent).rejects.toThrow(message);
  });

  it('rejects when the proxy cannot be reached', async () => {
    const server = await startTarget();
    const sent = exchange(openTransport({ proxy: { host: '127.0.0.1', port: 1 } }), server.url);
    await expect(sent).rejects.toThrow(ProxyError);
  });

  it.each(['SOCKS4', 'SOCKS5'] as const)('connects through %s', async (protocol) => {
    const [server, proxy] = [await startTarget(), await startSocksProxy()];
    const transport = openTransport({ proxy: { ...addressOf(proxy), protocol } });
    expect((await exchange(transport, server.url)).text).toBe('done');
    expect(proxy.targets).toEqual([server.url.host]);
  });

  it.each(['SOCKS4', 'SOCKS5'] as const)(
    'lets the proxy of %s resolve names, and speaks TLS through it',
    async (protocol) => {
      const authority = await createAuthority();
      const server = await startHttp2Server((_, response) => response.end('done'), await authority.issue('a.test'));
      const proxy = await startSocksProxy();
      const secureSocket = { cert: writeTestFile('ca.pem', authority.cert) };
      const transport = openTransport({ proxy: { ...addressOf(proxy), protocol }, secureSocket });
      expect((await exchange(transport, `https://a.test:${server.url.port}/`)).text).toBe('done');
      expect(proxy.targets).toEqual([`a.test:${server.url.port}`]);
    },
  );

  it.each([
    ['SOCKS4', 'user', 'user'],
    ['SOCKS5', 'user:pass:word', 'user:pass:word'],
  ] as const)('sends user name and password to %s', async (protocol, expected, sent) => {
    const [server, proxy] = [await startTarget(), await startSocksProxy(expected)];
    const transport = openTransport({ proxy: { ...addressOf(proxy), ...CREDENTIALS, protocol } });
    expect((await exchange(transport, server.url)).text).toBe('done');
    expect(proxy.credentials).toEqual([sent]);
  });

  it('rejects a wrong password of SOCKS5 with an error of its own', async () => {
    const [server, proxy] = [await startTarget(), await startSocksProxy('user:right')];
    const transport = openTransport({ proxy: { ...addressOf(proxy), ...CREDENTIALS, protocol: 'SOCKS5' } });
    await expect(exchange(transport, server.url)).rejects.toThrow(ProxyAuthenticationError);
  });

  it('accepts http1Settings.proxy for HTTP/1.1, and refuses it for HTTP/2 and beside proxy', async () => {
    const [server, proxy] = [await startTarget(), await startHttpProxy()];
    const http1Settings = { proxy: addressOf(proxy) };
    await exchange(openTransport({ httpVersion: 'HTTP_1_1', http1Settings }), server.url);
    expect(proxy.targets).toHaveLength(1);
    expect(() => openTransport({ http1Settings })).toThrow(OptionError);
    expect(() => openTransport({ httpVersion: 'HTTP_1_1', http1Settings, proxy: addressOf(proxy) })).toThrow(
      "option 'http1Settings.proxy' must not be combined with proxy",
    );
  });
});
