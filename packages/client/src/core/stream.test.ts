import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { APIConnectionError, APIError, createFetchTransport, Selfsame, Stream, ValidationError } from '../index.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

interface Served {
  client: Selfsame;
  /** Resolves when the connection of a response has closed. */
  closed: Promise<void>;
  connections: () => number;
}

/** A client of a server whose `answer` writes the events. */
async function serve(answer: (response: ServerResponse) => void, config: object = {}): Promise<Served> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let connections = 0;
  const server: Server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.once('close', resolve);
      answer(response);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const client = new Selfsame(
    { auth: { token: 'k' }, validation: false, ...config },
    `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
  );
  cleanups.push(() => new Promise<void>((done) => server.close(() => done())));
  cleanups.push(() => server.closeAllConnections());
  cleanups.push(() => client.close());
  return { client, closed, connections: () => connections };
}

const open = (client: Selfsame, signal?: AbortSignal) =>
  client.chat.completions.create(
    { model: 'm', messages: [{ role: 'user', content: 'hi' }], stream: true },
    signal === undefined ? {} : { signal },
  );

const event = (n: number) => `data: {"n":${n}}\n\n`;

async function collect(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const each of stream) events.push(each);
  return events;
}

const transports = [
  ['undici', () => ({})],
  ['fetch', () => ({ transport: createFetchTransport() })],
] as const;

describe.each(transports)('events over %s', (_name, config) => {
  it('a stream returns the events up to [DONE], however their bytes are split', async () => {
    const text = `: comment\r\n\r\ndata: {"a":"é😀"}\r\n\r\ndata: {"b":\ndata: 2}\n\nid: 7\n\n${event(3)}data: [DONE]\n\n${event(4)}`;
    const { client } = await serve((response) => {
      const bytes = [...Buffer.from(text)];
      const write = () => {
        const byte = bytes.shift();
        if (byte === undefined) response.end();
        else response.write(Buffer.of(byte), () => setImmediate(write));
      };
      write();
    }, config());
    expect(await collect(await open(client))).toEqual([{ a: 'é😀' }, { b: 2 }, { n: 3 }]);
  });

  it('a stream returns an event that ends with the body instead of an empty line', async () => {
    const { client } = await serve((response) => response.end(`${event(1)}data: {"n":2}`), config());
    expect(await collect(await open(client))).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('leaving a loop closes the connection', async () => {
    const { client, closed } = await serve((response) => void response.write(event(1)), config());
    for await (const _event of await open(client)) break;
    await closed;
  });

  it('abort() ends a waiting loop without an error, and closes the connection', async () => {
    const { client, closed } = await serve((response) => void response.write(event(1)), config());
    const stream = await open(client);
    const events: unknown[] = [];
    for await (const each of stream) {
      events.push(each);
      setTimeout(() => stream.abort(), 10);
    }
    expect(events).toEqual([{ n: 1 }]);
    await closed;
  });

  it("the caller's signal ends a stream, and keeps no listener of an ended one", async () => {
    const { client, closed } = await serve((response) => void response.write(event(1)), config());
    const { signal, abort } = countListeners();
    for await (const _event of await open(client, signal)) setTimeout(abort, 10);
    await closed;
    expect(signal.listeners).toBe(0);
  });

  it('a connection that breaks in the middle is an error after the events that arrived', async () => {
    const { client } = await serve((response) => {
      response.write(event(1));
      setTimeout(() => response.destroy(), 20);
    }, config());
    const events: unknown[] = [];
    const reading = (async () => {
      for await (const each of await open(client)) events.push(each);
    })();
    await expect(reading).rejects.toBeInstanceOf(APIConnectionError);
    expect(events).toEqual([{ n: 1 }]);
  });
});

/** An abort signal that counts its listeners. */
function countListeners() {
  const controller = new AbortController();
  const signal = controller.signal as AbortSignal & { listeners: number };
  signal.listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = ((...words: Parameters<typeof add>) => {
    signal.listeners += 1;
    add(...words);
  }) as typeof add;
  signal.removeEventListener = ((...words: Parameters<typeof remove>) => {
    signal.listeners -= 1;
    remove(...words);
  }) as typeof remove;
  return { signal, abort: () => controller.abort() };
}

describe('events', () => {
  it('an error event is an APIError with its fields, after the events before it', async () => {
    const error = { message: 'out of memory', type: 'server_error', code: 'oom', param: null };
    const { client } = await serve((response) => response.end(`${event(1)}data: ${JSON.stringify({ error })}\n\n`));
    const events: unknown[] = [];
    const reading = (async () => {
      for await (const each of await open(client)) events.push(each);
    })();
    await expect(reading).rejects.toMatchObject({ message: 'out of memory', code: 'oom', status: undefined });
    await expect(reading).rejects.toBeInstanceOf(APIError);
    expect(events).toEqual([{ n: 1 }]);
  });

  it('an event that is not JSON is an error', async () => {
    const { client } = await serve((response) => response.end('data: {"n":\n\n'));
    await expect(collect(await open(client))).rejects.toThrow('an event that is not JSON');
  });

  it('an event outside the contract is an error that names its field', async () => {
    const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [] };
    const wrong = { ...chunk, choices: [{ index: 0, finish_reason: null, delta: { content: 7 } }] };
    const { client } = await serve(
      (response) => response.end(`data: ${JSON.stringify(chunk)}\n\ndata: ${JSON.stringify(wrong)}\n\n`),
      { validation: true },
    );
    const reading = collect(await open(client));
    await expect(reading).rejects.toBeInstanceOf(ValidationError);
    await expect(reading).rejects.toMatchObject({ param: 'choices[0].delta.content' });
  });

  it('a finished stream leaves its connection to the next call', async () => {
    const { client, connections } = await serve((response) => response.end(`${event(1)}data: [DONE]\n\n`));
    for (let index = 0; index < 5; index += 1) {
      await collect(await open(client));
      await sleep(5);
    }
    expect(connections()).toBe(1);
  });

  it('a stream is read once; tee() splits it for two readers', async () => {
    const { client } = await serve((response) => response.end([1, 2, 3].map(event).join('')));
    const stream = await open(client);
    const [left, right] = stream.tee();
    expect(await collect(left)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(await collect(right)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect(() => stream[Symbol.asyncIterator]()).toThrow('has been read already');
  });

  it('a stream travels to another process as lines of JSON', async () => {
    const { client } = await serve((response) => response.end([1, 2, 3].map(event).join('')));
    const readable = (await open(client)).toReadableStream();
    expect(await collect(Stream.fromReadableStream(readable))).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });
});
