import { describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../testing/test-server.ts';
import { exchange, openTransport } from '../testing/test-transport.ts';
import type { PersistentCookieHandler, StoredCookie } from './connection-options.ts';

/** Sets the cookies of the query `set`, which may occur several times. */
function startCookieServer(): Promise<TestServer> {
  return startServer(({ path }, response) => {
    const cookies = new URL(path, 'http://any').searchParams.getAll('set');
    if (cookies.length > 0) response.setHeader('set-cookie', cookies);
    response.end();
  });
}

function setting(server: TestServer, ...cookies: string[]): URL {
  const url = new URL('/', server.url);
  for (const cookie of cookies) url.searchParams.append('set', cookie);
  return url;
}

const enabled = { cookieConfig: { enabled: true } };

/** Header `Cookie` of the last request. */
function lastCookie(server: TestServer): unknown {
  return server.requests.at(-1)?.headers['cookie'];
}

function createHandler(): PersistentCookieHandler & { cookies: StoredCookie[] } {
  const handler = {
    cookies: [] as StoredCookie[],
    storeCookie(cookie: StoredCookie) {
      handler.removeCookie(cookie.name, cookie.domain, cookie.path);
      handler.cookies.push(cookie);
    },
    getAllCookies: () => handler.cookies,
    removeCookie(name: string, domain: string, path: string) {
      handler.cookies = handler.cookies.filter(
        (each) => each.name !== name || each.domain !== domain || each.path !== path,
      );
    },
  };
  return handler;
}

describe('cookieConfig', () => {
  it('ignores cookies by default', async () => {
    const server = await startCookieServer();
    const transport = openTransport({});
    await exchange(transport, setting(server, 'a=1'));
    await exchange(transport, server.url);
    expect(lastCookie(server)).toBeUndefined();
  });

  it('sends the cookies of a response back, after the cookies of the call', async () => {
    const server = await startCookieServer();
    const transport = openTransport(enabled);
    await exchange(transport, setting(server, 'a=1', 'b=2; HttpOnly'));
    await exchange(transport, server.url, { headers: { cookie: 'own=0' } });
    expect(lastCookie(server)).toBe('own=0; a=1; b=2');
  });

  it('sends a cookie only to its host, its path, and over TLS if it is secure', async () => {
    const [server, other] = [await startCookieServer(), await startCookieServer()];
    const transport = openTransport(enabled);
    await exchange(transport, setting(server, 'all=1', 'deep=2; Path=/deep', 'tls=3; Secure'));
    await exchange(transport, new URL('/deep/er', server.url));
    expect(lastCookie(server)).toBe('deep=2; all=1');
    await exchange(transport, `http://localhost:${server.url.port}/`);
    expect(lastCookie(server)).toBeUndefined();
    await exchange(transport, other.url);
    // Cookies do not distinguish ports.
    expect(lastCookie(other)).toBe('all=1');
  });

  it('forgets a cookie that expires and one that the server deletes', async () => {
    const server = await startCookieServer();
    const transport = openTransport(enabled);
    await exchange(transport, setting(server, 'a=1; Max-Age=3600', 'b=2', 'c=3; Max-Age=0'));
    await exchange(transport, server.url);
    expect(lastCookie(server)).toBe('a=1; b=2');
    await exchange(transport, setting(server, 'a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT'));
    await exchange(transport, server.url);
    expect(lastCookie(server)).toBe('b=2');
  });

  it('sends cookies that a redirect sets to its target', async () => {
    const server = await startServer(({ path }, response) => {
      if (path === '/') response.writeHead(302, { location: '/end', 'set-cookie': 'a=1' });
      response.end();
    });
    await exchange(openTransport({ ...enabled, followRedirects: { enabled: true } }), server.url);
    expect(lastCookie(server)).toBe('a=1');
  });

  it('refuses new cookies of a domain above maxCookiesPerDomain, and replaces stored ones', async () => {
    const server = await startCookieServer();
    const transport = openTransport({ cookieConfig: { enabled: true, maxCookiesPerDomain: 2 } });
    await exchange(transport, setting(server, 'a=1', 'b=2', 'c=3', 'a=4'));
    await exchange(transport, server.url);
    expect(lastCookie(server)).toBe('a=4; b=2');
  });

  it('refuses new cookies above maxTotalCookieCount', async () => {
    const server = await startCookieServer();
    const transport = openTransport({ cookieConfig: { enabled: true, maxTotalCookieCount: 1 } });
    await exchange(transport, setting(server, 'a=1', 'b=2'));
    await exchange(transport, server.url);
    expect(lastCookie(server)).toBe('a=1');
  });

  it('refuses a cookie for another domain, unless third-party cookies are allowed', async () => {
    const server = await startCookieServer();
    const handler = createHandler();
    const strict = openTransport({ cookieConfig: { enabled: true, persistentCookieHandler: handler } });
    const foreign = 'a=1; Domain=example.com; Max-Age=3600';
    await exchange(strict, setting(server, foreign));
    expect(handler.cookies).toEqual([]);
    const cookieConfig = { enabled: true, blockThirdPartyCookies: false, persistentCookieHandler: handler };
    await exchange(openTransport({ cookieConfig }), setting(server, foreign));
    expect(handler.cookies).toMatchObject([{ name: 'a', domain: 'example.com', hostOnly: false }]);
  });

  it('keeps cookies with an expiry across clients in the handler, and session cookies in the client', async () => {
    const server = await startCookieServer();
    const handler = createHandler();
    const cookieConfig = { enabled: true, persistentCookieHandler: handler };
    const first = openTransport({ cookieConfig });
    await exchange(first, setting(server, 'kept=1; Max-Age=3600; Path=/; HttpOnly', 'session=2'));
    const expected = { name: 'kept', value: '1', domain: '127.0.0.1', path: '/', httpOnly: true, hostOnly: true };
    expect(handler.cookies).toMatchObject([expected]);
    const second = openTransport({ cookieConfig });
    await exchange(second, server.url);
    expect(lastCookie(server)).toBe('kept=1');
    await exchange(second, setting(server, 'kept=; Max-Age=0'));
    await exchange(first, server.url);
    expect([lastCookie(server), handler.cookies]).toEqual(['session=2', []]);
  });
});
