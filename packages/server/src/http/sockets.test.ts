import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { afterEach, expect, it } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { toErrorBody } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import { systemClock } from '../lib/clock.ts';
import type { SocketCall, SocketMount } from '../operations/socket.ts';
import { createJsonReader } from './receive-json.ts';
import { acceptSockets, isSocketRequest, type SocketOptions } from './sockets.ts';

const PATIENT = { timeout: 10_000, interval: 10 };
const PRINCIPAL = { projectId: 'proj_1' } as Awaited<ReturnType<SocketOptions['authenticate']>>;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A server with one path, which sends every event back. */
async function serve(mount: Partial<SocketMount> = {}, options: Partial<SocketOptions> = {}) {
  const calls: SocketCall[] = [];
  const echo: SocketMount = {
    path: '/v1/echo',
    maxMessageBytes: 1000,
    maxLifeMs: 60_000,
    lifeEnded: () => errors.socketLifeEnded(1),
    toErrorEvent: (error) => ({ type: 'error', ...toErrorBody(error) }),
    open(call) {
      calls.push(call);
      return { receive: (event) => void call.send(event as object), idle: () => Promise.resolve() };
    },
    ...mount,
  };
  const sockets = [echo];
  const stopped = new AbortController();
  const json = createJsonReader();
  const server = createServer({ shouldUpgradeCallback: (request) => isSocketRequest(sockets, request) });
  const endAll = acceptSockets(server, {
    sockets,
    json,
    authenticate: () => Promise.resolve(PRINCIPAL),
    guard: () => Promise.resolve(undefined),
    clock: systemClock,
    log: pino({ level: 'silent' }),
    stopped: stopped.signal,
    newRequestId: () => 'req_1',
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => json.close());
  ends.push(() => server.close());
  ends.push(endAll);
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/echo`;
  return { url, calls, stopped, endAll };
}

async function connect(url: string, options: ClientOptions = {}) {
  const socket = new WebSocket(url, options);
  ends.push(() => socket.terminate());
  const messages: unknown[] = [];
  socket.on('message', (data) => messages.push(JSON.parse((data as Buffer).toString('utf8'))));
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return { socket, messages, closed };
}

it('a WebSocket answers messages in their order', async () => {
  const { url } = await serve({ maxMessageBytes: 4_000_000 });
  const { socket, messages } = await connect(url);
  const large = { index: 0, text: 'x'.repeat(3_000_000) };
  for (const event of [large, { index: 1 }, { index: 2 }]) socket.send(JSON.stringify(event));
  await expect.poll(() => messages.length, PATIENT).toBe(3);
  expect(messages.map((event) => (event as { index: number }).index)).toEqual([0, 1, 2]);
});

it('a WebSocket ends with an error when it has reached its maximum age', async () => {
  const { url, calls } = await serve({ maxLifeMs: 100 });
  const { messages, closed } = await connect(url);
  expect(await closed).toBe(1008);
  expect(messages).toMatchObject([{ type: 'error', error: { code: 'websocket_connection_limit_reached' } }]);
  await expect.poll(() => calls[0]?.signal.aborted, PATIENT).toBe(true);
});

it('a WebSocket is not opened without a valid key', async () => {
  const { url } = await serve({}, { authenticate: () => Promise.reject(errors.invalidApiKey('sk-…')) });
  await expect(connect(url)).rejects.toThrow('401');
});

it('a WebSocket ends with 1008 when its key is revoked', async () => {
  let isRevoked = false;
  const authenticate = () => (isRevoked ? Promise.reject(errors.invalidApiKey('sk-…')) : Promise.resolve(PRINCIPAL));
  const { url, calls } = await serve({}, { authenticate });
  const { closed } = await connect(url);
  isRevoked = true;
  await expect(calls[0]?.authenticate()).rejects.toMatchObject({ status: 401 });
  expect(await closed).toBe(1008);
});

it('a WebSocket refuses an event that is nested too deeply', async () => {
  const { url } = await serve({ maxMessageBytes: 100_000 });
  const { socket, messages } = await connect(url);
  socket.send(`${'['.repeat(5000)}${']'.repeat(5000)}`);
  await expect.poll(() => messages, PATIENT).toMatchObject([{ type: 'error', error: { code: 'nesting_too_deep' } }]);
});

it('a sender waits for a client that does not read', async () => {
  const { url, calls } = await serve();
  const { socket, messages } = await connect(url);
  socket.pause();
  const text = 'x'.repeat(1_000_000);
  let sent = 0;
  const sending = (async () => {
    for (; sent < 60; sent += 1) await calls[0]?.send({ text });
  })();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = sent;
  expect(before).toBeLessThan(60);
  socket.resume();
  await sending;
  await expect.poll(() => messages.length, PATIENT).toBe(60);
});

it('a sender does not wait for a client that has left', async () => {
  const { url, calls } = await serve();
  const { socket } = await connect(url);
  socket.pause();
  const text = 'x'.repeat(1_000_000);
  const sending = Promise.all(Array.from({ length: 60 }, async () => calls[0]?.send({ text })));
  socket.terminate();
  await sending;
  await expect.poll(() => calls[0]?.signal.aborted, PATIENT).toBe(true);
});

it('WebSockets end with 1001 at shutdown, at the latest when the grace period ends', async () => {
  const { url, endAll, stopped } = await serve({
    open: () => ({ receive: () => undefined, idle: () => new Promise(() => undefined) }),
  });
  const { closed } = await connect(url);
  const ended = endAll();
  await expect(connect(url)).rejects.toThrow('503');
  stopped.abort();
  expect(await closed).toBe(1001);
  await ended;
});

it('a client that answers no ping is disconnected', async () => {
  const { url, calls } = await serve({}, { pingMs: 50 });
  const alive = await connect(url);
  const silent = await connect(url, { autoPong: false });
  expect(await silent.closed).toBe(1006);
  await expect.poll(() => calls[1]?.signal.aborted, PATIENT).toBe(true);
  expect(alive.socket.readyState).toBe(WebSocket.OPEN);
});
