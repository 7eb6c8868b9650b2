import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { APIConnectionError, APIConnectionTimeoutError } from '../core/errors.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { type Responder, startServer, startTcpServer } from '../testing/test-server.ts';
import { exchange, openTransport, post } from '../testing/test-transport.ts';

/** Fails `count` times with a status, then succeeds. */
function failing(count: number, status = 503, headers: Record<string, string> = {}): Responder {
  let failures = 0;
  return (_, response) => {
    failures += 1;
    if (failures <= count) response.writeHead(status, headers);
    response.end(failures <= count ? `failure ${failures}` : 'done');
  };
}

/** Advances the clock through the waits of one exchange. */
async function withWaits<T>(clock: ManualClock, count: number, result: Promise<T>): Promise<T> {
  for (let wait = 0; wait < count; wait += 1) {
    await clock.untilWaiting();
    clock.advance(3600);
  }
  return result;
}

describe('retryConfig', () => {
  it('sends one attempt by default', async () => {
    const server = await startServer(failing(1));
    expect((await exchange(openTransport({}), server.url)).status).toBe(503);
    expect(server.requests).toHaveLength(1);
  });

  it('repeats statuses of the list, with intervals that grow by backOffFactor up to maxWaitInterval', async () => {
    const clock = new ManualClock();
    const server = await startServer(failing(4));
    const retryConfig = { count: 4, interval: 0.5, backOffFactor: 3, maxWaitInterval: 4, statusCodes: [503] };
    const sent = exchange(openTransport({ retryConfig }, clock), server.url);
    expect((await withWaits(clock, 4, sent)).text).toBe('done');
    expect(clock.waits).toEqual([500, 1500, 4000, 4000]);
    expect(server.requests).toHaveLength(5);
  });

  it('keeps the interval without backOffFactor, up to 60 seconds without maxWaitInterval', async () => {
    const clock = new ManualClock();
    const server = await startServer(failing(2));
    const retryConfig = { count: 2, interval: 90, statusCodes: [503] };
    await withWaits(clock, 2, exchange(openTransport({ retryConfig }, clock), server.url));
    expect(clock.waits).toEqual([60_000, 60_000]);
  });

  it('returns the last response with its body after count retries', async () => {
    const clock = new ManualClock();
    const server = await startServer(failing(9));
    const retryConfig = { count: 2, interval: 1, statusCodes: [503] };
    const response = await withWaits(clock, 2, exchange(openTransport({ retryConfig }, clock), server.url));
    expect([response.status, response.text, server.requests.length]).toEqual([503, 'failure 3', 3]);
  });

  it('does not repeat a status outside the list', async () => {
    const server = await startServer(failing(1, 500));
    const retryConfig = { count: 3, statusCodes: [503] };
    const response = await exchange(openTransport({ retryConfig }), server.url);
    expect([response.status, response.text, server.requests.length]).toEqual([500, 'failure 1', 1]);
  });

  it('waits for the seconds of Retry-After instead of the interval', async () => {
    const clock = new ManualClock();
    const server = await startServer(failing(1, 429, { 'retry-after': '7' }));
    const retryConfig = { count: 1, interval: 1, statusCodes: [429] };
    await withWaits(clock, 1, exchange(openTransport({ retryConfig }, clock), server.url));
    expect(clock.waits).toEqual([7000]);
  });

  it('waits until the date of Retry-After', async () => {
    const clock = new ManualClock(Date.parse('2030-01-01T00:00:00Z'));
    const server = await startServer(failing(1, 503, { 'retry-after': 'Tue, 01 Jan 2030 00:00:30 GMT' }));
    const retryConfig = { count: 1, interval: 1, statusCodes: [503] };
    await withWaits(clock, 1, exchange(openTransport({ retryConfig }, clock), server.url));
    expect(clock.waits).toEqual([30_000]);
  });

  it('repeats a POST with its body after a connection that was reset', async () => {
    let connections = 0;
    const server = await startServer((_, response) => response.end('done'));
    const gateway = await startTcpServer((socket) => {
      connections += 1;
      if (connections < 3) socket.once('data', () => socket.resetAndDestroy());
      else relay(socket, server.url);
    });
    const transport = openTransport({ retryConfig: { count: 2 }, httpVersion: 'HTTP_1_1' });
    expect((await post(transport, gateway.url, 'x'.repeat(20_000))).text).toBe('done');
    expect(server.requests[0]?.body).toHaveLength(20_000);
  });

  it('rejects with the last error after count retries', async () => {
    const server = await startTcpServer((socket) => socket.once('data', () => socket.destroy()));
    const sent = exchange(openTransport({ retryConfig: { count: 2 } }), server.url);
    await expect(sent).rejects.toThrow(APIConnectionError);
    expect(server.connections).toHaveLength(3);
  });

  it('repeats an attempt that timed out', async () => {
    let attempts = 0;
    const server = await startServer((_, response) => {
      attempts += 1;
      if (attempts > 1) response.end('done');
    });
    const transport = openTransport({ retryConfig: { count: 1 }, timeout: 0.1 });
    expect((await post(transport, server.url, 'body')).text).toBe('done');
  });

  it('does not repeat a request whose response has begun to stream', async () => {
    const server = await startServer((_, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('begun');
      setTimeout(() => response.destroy(), 20);
    });
    const sent = exchange(openTransport({ retryConfig: { count: 3, statusCodes: [200, 206] } }), server.url);
    await expect(sent).rejects.toThrow(APIConnectionError);
    expect(server.requests).toHaveLength(1);
  });

  it('does not send a body that is a stream a second time', async () => {
    const server = await startServer(failing(1));
    const retryConfig = { count: 3, statusCodes: [503] };
    const response = await post(openTransport({ retryConfig }), server.url, new Blob(['body']).stream());
    expect([response.status, server.requests.length]).toEqual([503, 1]);
  });

  it('ends a wait when the caller aborts the request', async () => {
    const clock = new ManualClock();
    const server = await startServer(failing(9));
    const abort = new AbortController();
    const transport = openTransport({ retryConfig: { count: 5, interval: 5, statusCodes: [503] } }, clock);
    const sent = exchange(transport, server.url, { signal: abort.signal });
    await clock.untilWaiting();
    abort.abort(new Error('enough'));
    await expect(sent).rejects.toThrow('enough');
    clock.advance(60);
    expect(server.requests).toHaveLength(1);
  });

  it('accepts a response 304 with Content-Length', async () => {
    const server = await startServer((_, response) => {
      response.writeHead(304, { 'content-length': 10 });
      response.end();
    });
    const transport = openTransport({ retryConfig: { count: 1 }, cache: { enabled: false } });
    const response = await exchange(transport, server.url, { headers: { 'if-none-match': '"a"' } });
    expect([response.status, server.requests.length]).toEqual([304, 1]);
  });
});

describe('timeout', () => {
  it('ends a call when the server sends no headers', async () => {
    const server = await startServer(() => undefined);
    const sent = exchange(openTransport({ timeout: 0.1 }), server.url);
    await expect(sent).rejects.toThrow(APIConnectionTimeoutError);
  });

  it('ends a call when the server falls silent in the middle of a body', async () => {
    const server = await startServer((_, response) => response.write('begun'));
    const sent = exchange(openTransport({ timeout: 0.1 }), server.url);
    await expect(sent).rejects.toThrow('the server was silent for longer than timeout (0.1 s)');
  });

  it('does not end a stream that continues for longer than timeout', async () => {
    const server = await startServer((_, response) => {
      let count = 0;
      const timer = setInterval(() => {
        count += 1;
        response.write('.');
        if (count === 10) response.end();
        if (count === 10) clearInterval(timer);
      }, 100);
    });
    expect((await exchange(openTransport({ timeout: 0.6 }), server.url)).text).toBe('..........');
  });
});

/** Passes the bytes of a connection on to a server. */
function relay(socket: Socket, url: URL): void {
  const upstream = connect(Number(url.port), url.hostname);
  socket.pipe(upstream).pipe(socket);
}
