import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { startServer, type TestServer } from '../testing/test-server.ts';
import { exchange, openTransport } from '../testing/test-transport.ts';
import type { CircuitBreakerOptions } from './connection-options.ts';
import { CircuitOpenError } from './transport-errors.ts';

interface Circuit {
  clock: ManualClock;
  server: TestServer;
  /** Sends requests one after another, each of which the server answers with the status. */
  send(status: number, count?: number): Promise<void>;
}

async function openCircuit(circuitBreaker: CircuitBreakerOptions): Promise<Circuit> {
  const clock = new ManualClock();
  const server = await startServer(({ path }, response) => {
    response.writeHead(Number(path.slice(1)));
    response.end();
  });
  const transport = openTransport({ circuitBreaker: { statusCodes: [500], ...circuitBreaker } }, clock);
  async function send(status: number, count = 1): Promise<void> {
    for (let sent = 0; sent < count; sent += 1) await exchange(transport, new URL(`/${status}`, server.url));
  }
  return { clock, server, send };
}

const WINDOW = { requestVolumeThreshold: 4, timeWindow: 60, bucketSize: 10 };

describe('circuitBreaker', () => {
  it('fails at once without a request after failures above the threshold', async () => {
    const { send, server } = await openCircuit({ rollingWindow: WINDOW, failureThreshold: 0.5, resetTime: 30 });
    await send(200);
    await send(500, 3);
    await expect(send(200)).rejects.toThrow(CircuitOpenError);
    expect(server.requests).toHaveLength(4);
  });

  it('stays closed while the share of failures is not above the threshold', async () => {
    const { send, server } = await openCircuit({ rollingWindow: WINDOW, failureThreshold: 0.5, resetTime: 30 });
    await send(200, 3);
    await send(500, 3);
    await send(200);
    expect(server.requests).toHaveLength(7);
  });

  it('stays closed below the request volume', async () => {
    const { send } = await openCircuit({ rollingWindow: WINDOW, resetTime: 30 });
    await send(500, 3);
    await send(200);
  });

  it('opens after one failure of ten requests by default', async () => {
    const { send } = await openCircuit({ resetTime: 30 });
    await send(200, 9);
    await send(500);
    await expect(send(200)).rejects.toThrow(CircuitOpenError);
  });

  it('does not count statuses outside the list', async () => {
    const { send, server } = await openCircuit({ rollingWindow: WINDOW, resetTime: 30 });
    await send(503, 8);
    expect(server.requests).toHaveLength(8);
  });

  it('forgets failures that are older than the window', async () => {
    const { send, clock, server } = await openCircuit({ rollingWindow: WINDOW, resetTime: 30 });
    await send(500, 3);
    clock.advance(61);
    await send(500, 3);
    await send(200);
    expect(server.requests).toHaveLength(7);
  });

  it('closes after resetTime when the trial succeeds, and starts a new window', async () => {
    const { send, clock, server } = await openCircuit({ rollingWindow: WINDOW, resetTime: 30 });
    await send(500, 4);
    clock.advance(29);
    await expect(send(200)).rejects.toThrow(CircuitOpenError);
    clock.advance(1);
    await send(200);
    await send(500, 3);
    await send(200);
    expect(server.requests).toHaveLength(9);
  });

  it('opens again for resetTime when the trial fails', async () => {
    const { send, clock, server } = await openCircuit({ rollingWindow: WINDOW, resetTime: 30 });
    await send(500, 4);
    clock.advance(30);
    await send(500);
    await expect(send(200)).rejects.toThrow(CircuitOpenError);
    clock.advance(30);
    await send(200);
    expect(server.requests).toHaveLength(6);
  });

  it('lets one trial through while it runs', async () => {
    const clock = new ManualClock();
    const pending = Promise.withResolvers<void>();
    const server = await startServer(async (_, response) => {
      if (server.requests.length === 5) await pending.promise;
      response.writeHead(500);
      response.end();
    });
    const circuitBreaker = { rollingWindow: WINDOW, resetTime: 30, statusCodes: [500] };
    const transport = openTransport({ circuitBreaker }, clock);
    for (let sent = 0; sent < 4; sent += 1) await exchange(transport, server.url);
    clock.advance(30);
    const [trial, other] = [exchange(transport, server.url), exchange(transport, server.url)];
    const refused = expect(other).rejects.toThrow(CircuitOpenError);
    pending.resolve();
    await Promise.all([trial, refused]);
    expect(server.requests).toHaveLength(5);
  });

  it('counts connections that fail, and not requests that the caller aborts', async () => {
    const circuitBreaker = { rollingWindow: { ...WINDOW, requestVolumeThreshold: 2 }, resetTime: 30 };
    const server = await startServer((_, response) => response.destroy());
    const transport = openTransport({ circuitBreaker }, new ManualClock());
    const aborted = { signal: AbortSignal.abort(new Error('enough')) };
    for (let sent = 0; sent < 3; sent += 1) {
      await expect(exchange(transport, server.url, aborted)).rejects.toThrow('enough');
    }
    for (let sent = 0; sent < 2; sent += 1) {
      await expect(exchange(transport, server.url)).rejects.toThrow('the connection failed');
    }
    await expect(exchange(transport, server.url)).rejects.toThrow(CircuitOpenError);
  });
});
