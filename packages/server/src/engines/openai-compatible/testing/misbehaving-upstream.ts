/**
 * An upstream on real sockets with faults on request: `GET /v1/models` lists `far`, and a POST shows the fault that its
 * first user message names. It counts requests and open connections.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface MisbehavingUpstream {
  /** API root. */
  url: string;
  /** POST requests so far. */
  posts: number;
  /** Connections so far. */
  connections: number;
  /** Bodies of the POST requests. */
  bodies: string[];
  /** Heads of the POST requests. */
  heads: string[];
  /** Connections with an unfinished answer. */
  busy(): number;
  close(): Promise<void>;
}

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
const OPEN_HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n';

/** One piece of a chunked body. */
const piece = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const chunk = (delta: object, more: object = {}) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null, ...more }] })}\n\n`;
const FIRST = chunk({ role: 'assistant', content: 'one' });
const USAGE = `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 2 } })}\n\n`;
const REST = [chunk({ content: ' two' }), chunk({}, { finish_reason: 'stop' }), USAGE, 'data: [DONE]\n\n'];
const END = '0\r\n\r\n';

export const WHOLE: string = HEAD + [FIRST, ...REST].map(piece).join('') + END;

export function answer(status: string, body: string, headers = ''): string {
  const length = Buffer.byteLength(body);
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${headers}\r\n${body}`;
}

type Fault = (socket: Socket) => void | Promise<void>;

const says = (text: string): Fault => {
  return (socket) => void socket.write(text);
};

async function drip(socket: Socket): Promise<void> {
  socket.write(HEAD + piece(FIRST));
  while (!socket.destroyed) {
    socket.write(piece('x'));
    await sleep(20);
  }
}

async function crawl(socket: Socket): Promise<void> {
  socket.write(HEAD);
  for (const event of [FIRST, ...REST]) {
    for (const half of [event.slice(0, 10), event.slice(10)]) {
      socket.write(piece(half));
      await sleep(60);
    }
  }
  socket.write(END);
}

export const FAULTS: Readonly<Record<string, Fault>> = {
  none: says(WHOLE),
  silent: () => undefined,
  'head only': says(HEAD),
  'comments, then silence': says(HEAD + piece(': waiting\n\n')),
  'stands still': says(HEAD + piece(FIRST)),
  drip,
  crawl,
  'resets at once': (socket) => void socket.resetAndDestroy(),
  'resets in the middle': async (socket) => {
    socket.write(HEAD + piece(FIRST));
    await sleep(50);
    socket.resetAndDestroy();
  },
  'late end': async (socket) => {
    socket.write(WHOLE.slice(0, -END.length));
    await sleep(20);
    socket.write(END);
  },
  'ends at once': says(HEAD + END),
  filtered: says(
    HEAD + piece(FIRST) + piece(chunk({}, { finish_reason: 'content_filter' })) + piece(REST.slice(2).join('')) + END,
  ),
  // Neither chunks nor a length show whether the answer is complete.
  'ends early': (socket) => void socket.end(`${OPEN_HEAD}${FIRST}`),
  'ends in the middle of an event': says(HEAD + piece(FIRST) + piece('data: {"choi') + END),
  'giant line': (socket) => {
    socket.write(HEAD);
    const line = piece('x'.repeat(64 * 1024));
    for (let i = 0; i < 100; i += 1) socket.write(line);
  },
  'not json': says(HEAD + piece('data: {"choices":\n\n') + END),
  'not json in the middle': says(HEAD + piece(FIRST) + piece('data: oops\n\n') + END),
  'error event': says(HEAD + piece('data: {"error":{"message":"CUDA out of memory","code":500}}\n\n') + END),
  html: says('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>'),
  'not http': says('220 mail.example.com ESMTP\r\n'),
  400: says(answer('400 Bad Request', '{"error":{"message":"Too hot.","type":"x","param":"temperature","code":null}}')),
  context: says(
    answer(
      '400 Bad Request',
      '{"object":"error","message":"This model\'s maximum context length is 9 tokens.","code":400}',
    ),
  ),
  401: says(answer('401 Unauthorized', '{"error":{"message":"Incorrect API key provided: sk-secret"}}')),
  404: says(answer('404 Not Found', '{"error":{"message":"The model `x` does not exist.","code":"model_not_found"}}')),
  429: says(answer('429 Too Many Requests', '{"error":"slow down"}', 'retry-after: 7\r\n')),
  500: says(answer('500 Internal Server Error', '{"detail":"Traceback: sk-secret"}')),
  503: says(answer('503 Service Unavailable', '{"error":{"message":"Loading model"}}', 'retry-after: 3\r\n')),
  'giant error': says(answer('400 Bad Request', `{"error":{"message":"${'x'.repeat(200_000)}"}}`)),
};

/** Faults that leave the answer unfinished. */
const ENDLESS = new Set(['silent', 'head only', 'comments, then silence', 'stands still', 'drip', 'giant line']);

const NAMED = /@fault ([^"\\]+)/;

/** `always`: the fault of every request. */
export async function startMisbehavingUpstream(always?: string): Promise<MisbehavingUpstream> {
  const sockets = new Set<Socket>();
  const busy = new Set<Socket>();
  const state = { posts: 0, connections: 0, bodies: [] as string[], heads: [] as string[] };
  const serve = async (socket: Socket, head: string, body: string) => {
    if (head.startsWith('GET')) {
      socket.write(answer('200 OK', '{"object":"list","data":[{"id":"far","created":1700000000}]}'));
      return;
    }
    state.posts += 1;
    state.bodies.push(body);
    state.heads.push(head);
    busy.add(socket);
    const name = always ?? NAMED.exec(body)?.[1] ?? 'none';
    const fault = FAULTS[name];
    if (fault === undefined) throw new Error(`There is no fault '${name}'.`);
    await fault(socket);
    if (!ENDLESS.has(name)) busy.delete(socket);
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    state.connections += 1;
    let received = '';
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      busy.delete(socket);
    });
    socket.on('data', (data) => {
      received += data.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = received.slice(0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (received.length < end + 4 + length) return;
      const body = received.slice(end + 4, end + 4 + length);
      received = '';
      void serve(socket, head, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    busy: () => busy.size,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
