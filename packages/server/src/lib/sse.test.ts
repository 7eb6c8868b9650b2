import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { writeEventStream } from './sse.ts';

const options = { keepAliveMs: 10_000, toErrorData: (error: unknown) => ({ error: { message: String(error) } }) };

/** Runs `handle` on a real response and resolves with the result of `read` for the real request. */
async function exchange<T>(
  handle: (response: ServerResponse) => Promise<void>,
  read: (url: string) => Promise<T>,
): Promise<T> {
  const server = createServer((_request, response) => void handle(response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    return await read(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('writeEventStream', () => {
  it('an event stream writes each event as one data line and ends with [DONE]', async () => {
    async function* events() {
      yield { a: 'line\nbreak' };
      yield { b: 2 };
    }
    const text = await exchange(
      (response) => writeEventStream(response, events(), options),
      async (url) => (await fetch(url)).text(),
    );
    expect(text).toBe('data: {"a":"line\\nbreak"}\n\ndata: {"b":2}\n\ndata: [DONE]\n\n');
  });

  it('an event stream names its events, an error in mid-stream and the end', async () => {
    async function* events(fails: boolean) {
      yield { event: 'thread.created', data: { id: 'a' } };
      if (fails) throw new Error('lost');
    }
    const textOf = (fails: boolean) =>
      exchange(
        (response) =>
          writeEventStream(response, events(fails), {
            ...options,
            framing: 'named',
            toErrorData: () => ({ message: 'lost' }),
          }),
        async (url) => (await fetch(url)).text(),
      );
    const first = 'event: thread.created\ndata: {"id":"a"}\n\n';
    expect(await textOf(false)).toBe(`${first}event: done\ndata: [DONE]\n\n`);
    expect(await textOf(true)).toBe(`${first}event: error\ndata: {"message":"lost"}\n\n`);
  });

  it('an event stream names typed events by their type and ends without an event', async () => {
    async function* events(fails: boolean) {
      yield { type: 'response.created', id: 'a' };
      if (fails) throw new Error('lost');
    }
    const textOf = (fails: boolean) =>
      exchange(
        (response) =>
          writeEventStream(response, events(fails), {
            ...options,
            framing: 'typed',
            toErrorData: () => ({ type: 'error', message: 'lost' }),
          }),
        async (url) => (await fetch(url)).text(),
      );
    const first = 'event: response.created\ndata: {"type":"response.created","id":"a"}\n\n';
    expect(await textOf(false)).toBe(first);
    expect(await textOf(true)).toBe(`${first}event: error\ndata: {"type":"error","message":"lost"}\n\n`);
  });

  it('an event stream ignores the error of a source after its reader has disconnected', async () => {
    let asked = false;
    let ended = () => undefined as unknown;
    const over = new Promise<void>((resolve) => {
      ended = () => resolve();
    });
    await exchange(
      async (response) => {
        const left = new Promise((resolve) => response.once('close', resolve));
        async function* events() {
          yield { a: 1 };
          await left;
          throw new Error('The client left.');
        }
        const toErrorData = () => {
          asked = true;
          return {};
        };
        await writeEventStream(response, events(), { ...options, toErrorData });
        ended();
      },
      async (url) => {
        const reader = new AbortController();
        const answer = await fetch(url, { signal: reader.signal });
        await answer.body?.getReader().read();
        reader.abort();
        await over;
      },
    );
    expect(asked).toBe(false);
  });

  it('an event stream does not run ahead of a stalled reader', async () => {
    let produced = 0;
    async function* events() {
      for (; produced < 5000; produced += 1) yield { text: 'x'.repeat(10_000) };
    }
    const held = await exchange(
      (response) => writeEventStream(response, events(), options),
      (url) =>
        new Promise<number>((done) => {
          get(url, (response) => {
            response.pause();
            setTimeout(() => {
              done(produced);
              response.destroy();
            }, 400);
          });
        }),
    );
    // 5,000 events are 50 MB, far more than socket buffers hold.
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(2000);
  });

  it('an event stream stops reading its source when the client disconnects', async () => {
    let returned = false;
    async function* events() {
      try {
        for (;;) {
          await new Promise((done) => setTimeout(done, 5));
          yield {};
        }
      } finally {
        returned = true;
      }
    }
    const controller = new AbortController();
    await exchange(
      (response) => writeEventStream(response, events(), options),
      async (url) => {
        await fetch(url, { signal: controller.signal });
        controller.abort();
        await expect.poll(() => returned).toBe(true);
      },
    );
  });
});
