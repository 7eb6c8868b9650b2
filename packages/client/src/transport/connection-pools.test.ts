import { describe, expect, it } from 'vitest';
import { APIConnectionError, APIConnectionTimeoutError } from '../core/errors.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { startHttp2Server, startServer, type TestResponse } from '../testing/test-server.ts';
import { exchange, openTransport } from '../testing/test-transport.ts';
import type { ConnectionOptions, PoolOptions } from './connection-options.ts';
import { PoolExhaustedError } from './transport-errors.ts';

/** Holds responses back until the test ends them. */
class Held {
  readonly responses: TestResponse[] = [];
  readonly respond = (_: unknown, response: TestResponse) => {
    this.responses.push(response);
  };

  async until(count: number): Promise<void> {
    await expect.poll(() => this.responses.length).toBe(count);
  }

  endAll(): void {
    for (const response of this.responses.splice(0)) response.end('done');
  }
}

const cleartextHttp2: ConnectionOptions = { http2Settings: { http2PriorKnowledge: true } };

function pooled(poolConfig: PoolOptions): ConnectionOptions {
  return { poolConfig };
}

describe('poolConfig', () => {
  it('opens a connection per request in progress by default', async () => {
    const held = new Held();
    const server = await startServer(held.respond);
    const transport = openTransport({});
    const sent = [1, 2, 3].map(() => exchange(transport, server.url));
    await held.until(3);
    expect(server.connections).toHaveLength(3);
    held.endAll();
    await Promise.all(sent);
  });

  it('opens at most maxActiveConnections, and sends the requests that wait afterwards', async () => {
    const held = new Held();
    const server = await startServer(held.respond);
    const transport = openTransport(pooled({ maxActiveConnections: 2 }));
    const sent = [1, 2, 3].map(() => exchange(transport, server.url));
    await held.until(2);
    held.endAll();
    await held.until(1);
    held.endAll();
    await Promise.all(sent);
    expect(server.connections).toHaveLength(2);
  });

  it('counts the connections of each origin on their own', async () => {
    const held = new Held();
    const [first, second] = [await startServer(held.respond), await startServer(held.respond)];
    const transport = openTransport(pooled({ maxActiveConnections: 1 }));
    const sent = [exchange(transport, first.url), exchange(transport, second.url)];
    await held.until(2);
    held.endAll();
    await Promise.all(sent);
  });

  it('fails a request of an exhausted pool after waitTime, and does not send it later', async () => {
    const [clock, held] = [new ManualClock(), new Held()];
    const server = await startServer(held.respond);
    const transport = openTransport(pooled({ maxActiveConnections: 1, waitTime: 5 }), clock);
    const first = exchange(transport, server.url);
    await held.until(1);
    const second = exchange(transport, server.url);
    await clock.untilWaiting();
    clock.advance(5);
    await expect(second).rejects.toThrow(PoolExhaustedError);
    held.endAll();
    await first;
    await exchange(transport, server.url, { signal: AbortSignal.timeout(50) }).catch(() => undefined);
    // The request after the failed one, which was never sent.
    expect(server.requests).toHaveLength(2);
  });

  it('rejects a request that waits for a connection at once when the caller aborts it', async () => {
    const held = new Held();
    const server = await startServer(held.respond);
    const transport = openTransport(pooled({ maxActiveConnections: 1 }));
    const first = exchange(transport, server.url);
    await held.until(1);
    const abort = new AbortController();
    const second = exchange(transport, server.url, { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    held.endAll();
    await first;
    expect(server.requests).toHaveLength(1);
  });

  it('keeps at most maxIdleConnections open', async () => {
    const held = new Held();
    const server = await startServer(held.respond);
    const transport = openTransport(pooled({ maxIdleConnections: 2 }));
    const sent = [1, 2, 3, 4].map(() => exchange(transport, server.url));
    await held.until(4);
    held.endAll();
    await Promise.all(sent);
    await expect.poll(() => server.openConnections()).toBe(2);
  });

  it('closes a connection in the first eviction run after minEvictableIdleTime', async () => {
    const clock = new ManualClock();
    const server = await startServer((_, response) => response.end());
    const transport = openTransport(pooled({ minEvictableIdleTime: 50, timeBetweenEvictionRuns: 20 }), clock);
    await exchange(transport, server.url);
    clock.advance(55);
    await exchange(transport, server.url);
    clock.advance(45);
    expect([server.connections.length, server.openConnections()]).toEqual([1, 1]);
    clock.advance(20);
    await expect.poll(() => server.openConnections()).toBe(0);
    await exchange(transport, server.url);
    expect(server.connections).toHaveLength(2);
  });

  it('does not evict a connection in use', async () => {
    const [clock, held] = [new ManualClock(), new Held()];
    const server = await startServer(held.respond);
    const poolConfig = { minEvictableIdleTime: 1, timeBetweenEvictionRuns: 1 };
    const transport = openTransport({ poolConfig, timeout: 600 }, clock);
    const sent = exchange(transport, server.url);
    await held.until(1);
    clock.advance(60);
    held.endAll();
    expect((await sent).text).toBe('done');
  });
});

describe('poolConfig with HTTP/2', () => {
  it('sends requests as streams of one connection', async () => {
    const held = new Held();
    const server = await startHttp2Server(held.respond);
    const transport = openTransport(cleartextHttp2);
    const sent = [1, 2, 3, 4, 5].map(() => exchange(transport, server.url));
    await held.until(5);
    held.endAll();
    await Promise.all(sent);
    expect(server.connections).toHaveLength(1);
  });

  it('opens a further connection above maxActiveStreamsPerConnection', async () => {
    const held = new Held();
    const server = await startHttp2Server(held.respond);
    const transport = openTransport({ ...cleartextHttp2, poolConfig: { maxActiveStreamsPerConnection: 2 } });
    const sent = [1, 2, 3, 4, 5].map(() => exchange(transport, server.url));
    await held.until(5);
    expect(server.connections).toHaveLength(3);
    held.endAll();
    await Promise.all(sent);
  });

  it('closes a connection whose only stream timed out, and keeps one with further streams', async () => {
    const held = new Held();
    const server = await startHttp2Server(held.respond);
    const transport = openTransport({ ...cleartextHttp2, timeout: 0.5 });
    const other = exchange(transport, server.url).catch((error: unknown) => error);
    await held.until(1);
    const talking = setInterval(() => held.responses[0]?.write('.'), 50);
    await expect(exchange(transport, server.url)).rejects.toThrow(APIConnectionTimeoutError);
    expect(server.openConnections()).toBe(1);
    clearInterval(talking);
    expect(await other).toBeInstanceOf(APIConnectionTimeoutError);
    await expect.poll(() => server.openConnections()).toBe(0);
  });

  it('fails a request of a pool whose streams are exhausted after waitTime', async () => {
    const [clock, held] = [new ManualClock(), new Held()];
    const server = await startHttp2Server(held.respond);
    const poolConfig = { maxActiveConnections: 1, maxActiveStreamsPerConnection: 2, waitTime: 5 };
    const transport = openTransport({ ...cleartextHttp2, poolConfig }, clock);
    const sent = [1, 2].map(() => exchange(transport, server.url));
    await held.until(2);
    const third = exchange(transport, server.url);
    await clock.untilWaiting();
    clock.advance(5);
    await expect(third).rejects.toThrow(PoolExhaustedError);
    held.endAll();
    await Promise.all(sent);
  });

  it('sends no new stream on a connection that got GOAWAY, and lets its streams end', async () => {
    const held = new Held();
    const server = await startHttp2Server(held.respond);
    const transport = openTransport(cleartextHttp2);
    const first = exchange(transport, server.url);
    await held.until(1);
    // A graceful shutdown: all streams so far are served.
    server.sessions[0]?.goaway(0, 2 ** 31 - 1);
    await expect.poll(() => server.sessions[0]?.closed === true || server.connections.length > 0).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const second = exchange(transport, server.url);
    await held.until(2);
    expect(server.connections).toHaveLength(2);
    held.endAll();
    expect([(await first).text, (await second).text]).toEqual(['done', 'done']);
  });

  it.each([
    [10, 'rejected'],
    [-1, 'fulfilled'],
  ])('with minIdleTimeInStaleState %i, a stream after GOAWAY is %s', async (minIdleTimeInStaleState, outcome) => {
    const [clock, held] = [new ManualClock(), new Held()];
    const server = await startHttp2Server(held.respond);
    const poolConfig = { minIdleTimeInStaleState, timeBetweenStaleEviction: 4 };
    const transport = openTransport({ ...cleartextHttp2, poolConfig }, clock);
    const sent = exchange(transport, server.url).then(
      () => 'fulfilled',
      (error: unknown) => (error instanceof APIConnectionError ? 'rejected' : error),
    );
    await held.until(1);
    server.sessions[0]?.goaway(0, 2 ** 31 - 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    clock.advance(8);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.openConnections()).toBe(1);
    clock.advance(4);
    if (outcome === 'rejected') await expect.poll(() => server.openConnections()).toBe(0);
    held.endAll();
    expect(await sent).toBe(outcome);
  });
});
