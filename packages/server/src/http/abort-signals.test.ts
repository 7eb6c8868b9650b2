import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { createAbortSignals } from './abort-signals.ts';

/** A response whose client has sent its request, and the function with which the client leaves. */
async function receive(): Promise<{ response: ServerResponse; leave: () => Promise<void> }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  const leave = async () => {
    const closed = once(response, 'close');
    client.destroy();
    await closed;
    server.close();
  };
  return { response, leave };
}

it('aborts the signal of a response when its client leaves', async () => {
  const { response, leave } = await receive();
  const signal = createAbortSignals(new AbortController().signal)(response);
  expect(signal.aborted).toBe(false);
  await leave();
  expect(signal.aborted).toBe(true);
});

it('aborts the signal of a response whose client left before the signal was created', async () => {
  const { response, leave } = await receive();
  await leave();
  expect(createAbortSignals(new AbortController().signal)(response).aborted).toBe(true);
});

it('aborts the signals of running responses at the end of the grace period', async () => {
  const { response, leave } = await receive();
  const stopped = new AbortController();
  const signal = createAbortSignals(stopped.signal)(response);
  stopped.abort(new Error('stopped'));
  expect(signal.reason).toEqual(new Error('stopped'));
  await leave();
});
