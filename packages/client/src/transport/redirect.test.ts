import { describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../testing/test-server.ts';
import { exchange, openTransport, post } from '../testing/test-transport.ts';

/** `/to/<status>?<location>` redirects; every other path ends the chain. */
function startRedirecting(): Promise<TestServer> {
  return startServer(({ path }, response) => {
    const [, status, location] = /^\/to\/(\d+)\?(.*)$/.exec(path) ?? [];
    if (status !== undefined) response.writeHead(Number(status), { location: decodeURIComponent(location ?? '') });
    response.end(status === undefined ? 'arrived' : 'moved');
  });
}

function to(status: number, location: string): string {
  return `/to/${status}?${encodeURIComponent(location)}`;
}

const AUTHORIZATION = { authorization: 'Bearer secret', 'proxy-authorization': 'Basic secret' };

describe('followRedirects', () => {
  it('returns the redirect itself by default', async () => {
    const server = await startRedirecting();
    const response = await exchange(openTransport({}), new URL(to(302, '/end'), server.url));
    expect([response.status, response.headers['location']]).toEqual([302, '/end']);
  });

  it.each([301, 302, 303])('goes on as GET without the body after status %i', async (status) => {
    const server = await startRedirecting();
    const transport = openTransport({ followRedirects: { enabled: true } });
    const headers = { 'content-type': 'text/plain', accept: 'text/plain' };
    await post(transport, new URL(to(status, '/end'), server.url), 'body', headers);
    const last = server.requests.at(-1);
    expect([last?.method, last?.path, last?.body.toString()]).toEqual(['GET', '/end', '']);
    expect([last?.headers['content-type'], last?.headers['accept']]).toEqual([undefined, 'text/plain']);
  });

  it.each([301, 302])('turns DELETE into GET after status %i', async (status) => {
    const server = await startRedirecting();
    const transport = openTransport({ followRedirects: { enabled: true } });
    await exchange(transport, new URL(to(status, '/end'), server.url), { method: 'DELETE' });
    expect(server.requests.map(({ method }) => method)).toEqual(['DELETE', 'GET']);
  });

  it.each([300, 305, 307, 308])('keeps the method and the body after status %i', async (status) => {
    const server = await startRedirecting();
    const transport = openTransport({ followRedirects: { enabled: true } });
    await post(transport, new URL(to(status, '/end'), server.url), 'body', { 'content-type': 'text/plain' });
    const last = server.requests.at(-1);
    expect([last?.path, last?.method, last?.body.toString()]).toEqual(['/end', 'POST', 'body']);
    expect(last?.headers['content-type']).toBe('text/plain');
  });

  it('returns the redirect that exceeds maxCount', async () => {
    const server = await startRedirecting();
    const transport = openTransport({ followRedirects: { enabled: true, maxCount: 2 } });
    const chain = to(302, to(302, to(302, '/end')));
    const response = await exchange(transport, new URL(chain, server.url));
    expect([response.status, server.requests.length]).toEqual([302, 3]);
  });

  it('follows a redirect to the same URL until maxCount', async () => {
    const server = await startServer((_, response) => {
      response.writeHead(302, { location: '/' });
      response.end();
    });
    const response = await exchange(openTransport({ followRedirects: { enabled: true } }), server.url);
    expect([response.status, server.requests.length]).toEqual([302, 6]);
  });

  it('drops Authorization and Proxy-Authorization on a redirect within the origin and to another one', async () => {
    const [first, second] = [await startRedirecting(), await startRedirecting()];
    const transport = openTransport({ followRedirects: { enabled: true } });
    const chain = to(307, to(307, new URL('/end', second.url).href));
    await exchange(transport, new URL(chain, first.url), { headers: AUTHORIZATION });
    expect(first.requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer secret', undefined]);
    expect(first.requests.map(({ headers }) => headers['proxy-authorization'])).toEqual(['Basic secret', undefined]);
    expect(second.requests.map(({ headers }) => headers['authorization'])).toEqual([undefined]);
  });

  it('sends Authorization and Proxy-Authorization to the target with allowAuthHeaders', async () => {
    const [first, second] = [await startRedirecting(), await startRedirecting()];
    const transport = openTransport({ followRedirects: { enabled: true, allowAuthHeaders: true } });
    const start = new URL(to(302, new URL('/end', second.url).href), first.url);
    await exchange(transport, start, { headers: { ...AUTHORIZATION, cookie: 'a=1' } });
    const headers = second.requests[0]?.headers;
    expect([headers?.['authorization'], headers?.['proxy-authorization']]).toEqual(['Bearer secret', 'Basic secret']);
    expect(headers?.['cookie']).toBeUndefined();
  });

  it('refuses to send a body that is a stream a second time', async () => {
    const server = await startRedirecting();
    const transport = openTransport({ followRedirects: { enabled: true } });
    const body = new Blob(['body']).stream();
    const sent = post(transport, new URL(to(307, '/end'), server.url), body);
    await expect(sent).rejects.toThrow('the body is a stream, which is sent once');
    expect(server.requests).toHaveLength(1);
  });

  it('refuses a location that is not a URL of http or https', async () => {
    const server = await startRedirecting();
    const transport = openTransport({ followRedirects: { enabled: true } });
    const sent = exchange(transport, new URL(to(302, 'file:///etc/passwd'), server.url));
    await expect(sent).rejects.toThrow('its location is not a URL of http or https');
  });
});
