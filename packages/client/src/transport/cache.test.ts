import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Responder, startServer } from '../testing/test-server.ts';
import { exchange, openTransport, post } from '../testing/test-transport.ts';

/** Responds with headers, and with 304 to the entity tag. Bodies differ from request to request. */
function responding(headers: Record<string, string>): Responder {
  let count = 0;
  return (request, response) => {
    count += 1;
    const isCurrent = request.headers['if-none-match'] === headers['etag'] && headers['etag'] !== undefined;
    response.writeHead(isCurrent ? 304 : 200, headers);
    response.end(isCurrent ? undefined : `body ${count} for ${String(request.headers['authorization'])}`);
  };
}

const FRESH = { 'cache-control': 'max-age=60', etag: '"a"' };

afterEach(() => vi.useRealTimers());

describe('cache', () => {
  it('serves a fresh response with a validator without a request', async () => {
    const server = await startServer(responding(FRESH));
    const transport = openTransport({});
    const [first, second] = [await exchange(transport, server.url), await exchange(transport, server.url)];
    expect([second.text, second.status, server.requests.length]).toEqual([first.text, 200, 1]);
  });

  it('revalidates a stale response with If-None-Match', async () => {
    // undici's cache reads the system time.
    vi.useFakeTimers({ toFake: ['Date'] });
    const server = await startServer(responding(FRESH));
    const transport = openTransport({});
    const first = await exchange(transport, server.url);
    vi.setSystemTime(Date.now() + 61_000);
    const second = await exchange(transport, server.url);
    expect([second.status, second.text]).toEqual([200, first.text]);
    expect(server.requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"a"']);
  });

  it('requests each time when it is disabled', async () => {
    const server = await startServer(responding(FRESH));
    const transport = openTransport({ cache: { enabled: false } });
    for (let sent = 0; sent < 2; sent += 1) await exchange(transport, server.url);
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ['Cache-Control without a validator', { 'cache-control': 'max-age=60' }, 2, 1],
    ['a validator without Cache-Control', { 'last-modified': 'Mon, 01 Jan 2024 00:00:00 GMT' }, 2, 1],
    ['Cache-Control: no-store', { 'cache-control': 'no-store', etag: '"a"' }, 2, 2],
  ])('treats a response with %s as its policy says', async (_, headers, byDefault, byRfc) => {
    const server = await startServer(responding(headers));
    const requests: number[] = [];
    for (const policy of [undefined, 'RFC_7234'] as const) {
      const transport = openTransport({ cache: { policy } });
      const before = server.requests.length;
      for (let sent = 0; sent < 2; sent += 1) await exchange(transport, server.url);
      requests.push(server.requests.length - before);
    }
    expect(requests).toEqual([byDefault, byRfc]);
  });

  it('serves a private response again only if the cache is not shared', async () => {
    const server = await startServer(responding({ ...FRESH, 'cache-control': 'private, max-age=60' }));
    for (const isShared of [false, true]) {
      const transport = openTransport({ cache: { isShared } });
      for (let sent = 0; sent < 2; sent += 1) await exchange(transport, server.url);
    }
    expect(server.requests).toHaveLength(3);
  });

  it('evicts the share evictionFactor of the capacity, the least recently used first', async () => {
    const server = await startServer(responding(FRESH));
    const transport = openTransport({ cache: { capacity: 5, evictionFactor: 0.4 } });
    for (const name of ['1', '2', '3', '4', '5', '1', '6']) await exchange(transport, new URL(name, server.url));
    expect(server.requests).toHaveLength(6);
    for (const name of ['1', '4', '5', '6']) await exchange(transport, new URL(name, server.url));
    expect(server.requests).toHaveLength(6);
    for (const name of ['3', '2']) await exchange(transport, new URL(name, server.url));
    expect(server.requests).toHaveLength(8);
  });

  it('keeps 16 responses by default', async () => {
    const server = await startServer(responding(FRESH));
    const transport = openTransport({});
    for (let round = 0; round < 2; round += 1) {
      for (let name = 0; name < 16; name += 1) await exchange(transport, new URL(String(name), server.url));
    }
    expect(server.requests).toHaveLength(16);
  });

  it('keeps the responses of different keys apart', async () => {
    const server = await startServer(responding(FRESH));
    const transport = openTransport({});
    for (const authorization of ['Bearer a', 'Bearer b', 'Bearer a']) {
      const { text } = await exchange(transport, server.url, { headers: { authorization } });
      expect(text).toContain(authorization);
    }
    expect(server.requests).toHaveLength(2);
  });

  it('forgets a resource that a POST changes', async () => {
    const server = await startServer(responding(FRESH));
    const transport = openTransport({});
    await exchange(transport, server.url);
    await post(transport, server.url, 'change');
    await exchange(transport, server.url);
    expect(server.requests).toHaveLength(3);
  });
});
