import { describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from '../testing/test-server.ts';
import { exchange } from '../testing/test-transport.ts';
import type { ConnectionOptions } from './connection-options.ts';
import { createBrowserTransport } from './create-browser-transport.ts';
import { CircuitOpenError, OptionError } from './transport-errors.ts';

function openTransport(options: ConnectionOptions) {
  const transport = createBrowserTransport(options);
  onTestFinished(() => transport.close());
  return transport;
}

describe('createBrowserTransport', () => {
  it.each<[string, ConnectionOptions]>([
    ['httpVersion', { httpVersion: 'HTTP_1_1' }],
    ['http1Settings', { http1Settings: {} }],
    ['http2Settings', { http2Settings: {} }],
    ['followRedirects.maxCount', { followRedirects: { enabled: true, maxCount: 2 } }],
    ['followRedirects.allowAuthHeaders', { followRedirects: { allowAuthHeaders: true } }],
    ['poolConfig', { poolConfig: {} }],
    ['cache.capacity', { cache: { capacity: 4 } }],
    ['compression', { compression: 'NEVER' }],
    ['retryConfig', { retryConfig: { count: 1 } }],
    ['cookieConfig.maxCookiesPerDomain', { cookieConfig: { enabled: true, maxCookiesPerDomain: 1 } }],
    ['responseLimits.maxHeaderSize', { responseLimits: { maxHeaderSize: 1 } }],
    ['secureSocket', { secureSocket: {} }],
    ['proxy', { proxy: { host: 'a', port: 1 } }],
    ['socketConfig', { socketConfig: {} }],
  ])('refuses %s by name', (option, options) => {
    expect(() => createBrowserTransport(options)).toThrow(OptionError);
    expect(() => createBrowserTransport(options)).toThrow(`option '${option}' is refused: in a browser, `);
  });

  it('refuses an unknown option by name', () => {
    expect(() => createBrowserTransport({ retryconfig: {} } as ConnectionOptions)).toThrow("'retryconfig' is unknown");
  });

  it('follows redirects only with followRedirects', async () => {
    const server = await startServer(({ path }, response) => {
      if (path === '/') response.writeHead(302, { location: '/end' });
      response.end('arrived');
    });
    await expect(exchange(openTransport({}), server.url)).rejects.toThrow('the connection failed');
    const following = openTransport({ followRedirects: { enabled: true } });
    expect((await exchange(following, server.url)).text).toBe('arrived');
  });

  it('ends a call after timeout, and a body after maxEntityBodySize', async () => {
    const server = await startServer(({ path }, response) => {
      if (path === '/long') response.end('x'.repeat(11));
    });
    const transport = openTransport({ timeout: 0.1, responseLimits: { maxEntityBodySize: 10 } });
    await expect(exchange(transport, server.url)).rejects.toThrow('silent');
    await expect(exchange(transport, new URL('/long', server.url))).rejects.toThrow('maxEntityBodySize (10)');
  });

  it('opens the circuit, and removes forwarding headers', async () => {
    const server = await startServer((_, response) => {
      response.writeHead(500);
      response.end();
    });
    const rollingWindow = { requestVolumeThreshold: 2 };
    const transport = openTransport({ circuitBreaker: { rollingWindow, resetTime: 30, statusCodes: [500] } });
    for (let sent = 0; sent < 2; sent += 1) {
      await exchange(transport, server.url, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    }
    await expect(exchange(transport, server.url)).rejects.toThrow(CircuitOpenError);
    expect(server.requests.map(({ headers }) => headers['x-forwarded-for'])).toEqual([undefined, undefined]);
  });
});
