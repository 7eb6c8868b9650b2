import { readFileSync } from 'node:fs';
import { connect, Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { APIConnectionTimeoutError } from '../core/errors.ts';
import { startServer } from '../testing/test-server.ts';
import { exchange, openTransport } from '../testing/test-transport.ts';
import type { SocketOptions } from './connection-options.ts';

/** A port whose queue of connections is full: the kernel does not answer further connection requests. */
async function startDeafServer(): Promise<number> {
  const code = `
    const { parentPort } = require('node:worker_threads');
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port);
      // The thread accepts no connection any more.
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000));
    });`;
  const worker = new Worker(code, { eval: true });
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  const sockets = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await worker.terminate();
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  return port;
}

/** The field `tr` of the kernel's table of connections: 2 is a running timer of keep-alive probes. */
function hasKeepAliveTimer(localPort: number): boolean {
  const port = localPort.toString(16).toUpperCase().padStart(4, '0');
  const line = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .find((each) => each.trim().split(/\s+/)[1]?.endsWith(`:${port}`));
  return line?.trim().split(/\s+/)[5]?.startsWith('02:') ?? false;
}

describe('socketConfig', () => {
  it('fails after connectTimeOut when the server does not answer the connection request', async () => {
    const port = await startDeafServer();
    const transport = openTransport({ socketConfig: { connectTimeOut: 0.2 } });
    const error = await exchange(transport, `http://127.0.0.1:${port}/`).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(APIConnectionTimeoutError);
    expect((error as Error).message).toContain('socketConfig.connectTimeOut (0.2 s)');
  });

  it('names the address of a connection that is refused', async () => {
    await expect(exchange(openTransport({}), 'http://127.0.0.1:1/')).rejects.toThrow('ECONNREFUSED 127.0.0.1:1');
  });

  it.runIf(process.platform === 'linux').each([
    [undefined, false],
    [true, true],
  ])('with keepAlive %s, sends TCP keep-alive probes: %s', async (keepAlive, expected) => {
    const server = await startServer((_, response) => response.end());
    await exchange(openTransport({ socketConfig: { keepAlive } }), server.url);
    expect(hasKeepAliveTimer(server.connections[0]?.remotePort ?? 0)).toBe(expected);
  });

  it.each([
    [undefined, true],
    [false, false],
  ])('with tcpNoDelay %s, sets TCP_NODELAY to %s', async (tcpNoDelay, expected) => {
    const server = await startServer((_, response) => response.end());
    const setNoDelay = vi.spyOn(Socket.prototype, 'setNoDelay');
    onTestFinished(() => setNoDelay.mockRestore());
    await exchange(openTransport({ socketConfig: { tcpNoDelay } }), server.url);
    const port = server.connections[0]?.remotePort;
    const calls = setNoDelay.mock.calls.filter(
      (_, index) => (setNoDelay.mock.contexts[index] as Socket).localPort === port,
    );
    expect(calls.at(-1)).toEqual([expected]);
  });

  it.each<[keyof SocketOptions, SocketOptions]>([
    ['receiveBufferSize', { receiveBufferSize: 65_536 }],
    ['sendBufferSize', { sendBufferSize: 65_536 }],
    ['socketReuse', { socketReuse: true }],
  ])('refuses a %s that Node.js cannot set', (name, socketConfig) => {
    expect(() => openTransport({ socketConfig })).toThrow(`option 'socketConfig.${name}' must be`);
  });

  it('accepts the defaults of fields that Node.js cannot set', () => {
    const socketConfig = { receiveBufferSize: 1_048_576, sendBufferSize: 1_048_576, socketReuse: false };
    expect(() => openTransport({ socketConfig })).not.toThrow();
  });
});
