/**
 * An address that neither accepts nor refuses connections: a listener with a full queue that never accepts. Linux only.
 */
import { createConnection, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

export interface BlackHole {
  /** API root. */
  url: string;
  close(): Promise<void>;
}

const PROGRAM = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 0 }, () => {
    parentPort.postMessage(server.address().port);
    // From here on no connection is accepted.
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });`;
const FULL_AFTER_MS = 300;

export async function startBlackHole(): Promise<BlackHole> {
  const worker = new Worker(PROGRAM, { eval: true });
  const port = await new Promise<number>((resolve) => worker.once('message', resolve));
  const sockets: Socket[] = [];
  for (let isFull = false; !isFull; ) {
    const socket = createConnection(port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    isFull = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(true), FULL_AFTER_MS);
      socket.once('connect', () => {
        clearTimeout(timer);
        resolve(false);
      });
    });
  }
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await worker.terminate();
    },
  };
}
