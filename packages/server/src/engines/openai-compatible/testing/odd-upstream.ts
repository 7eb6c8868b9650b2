/**
 * An upstream on a real socket that sends the streams of odd-streams.jsonl: a request with the text `@odd NAME` gets
 * the stream of that name, every other request a plain `hey`. Embeddings come from `odd-vectors.ts`. It keeps the
 * request bodies.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerOddVectors } from './odd-vectors.ts';

type Json = Record<string, unknown>;

/** A `delta` becomes the choice of an event; `raw` is a literal event; `sse` is literal text of the stream. */
type OddEvent = { delta: unknown; [more: string]: unknown } | { raw: Json } | { sse: string };

export interface OddStream {
  name: string;
  /** Default: chat, and also legacy completions if the choices contain only text. */
  api?: 'completions';
  events: readonly OddEvent[];
  /**
   * `done`: end mark and end of the body. `clean`: end of the body. `reset`: the connection is reset. `close`: it is
   * closed.
   */
  end: 'done' | 'clean' | 'reset' | 'close';
  newline?: string;
  /** Content type. Default: that of a stream of events. */
  type?: string;
  /** Bytes of each piece in which the body is sent. Default: all of an event. */
  cut?: number;
  right: {
    text?: string;
    /** Pieces of thoughts. */
    thoughts?: number;
    /** Names and arguments. */
    calls?: readonly (readonly [string, string])[];
    finish_reason?: string;
    /** Prompt and completion tokens. */
    usage?: readonly [number, number] | 'estimated';
    cached?: number;
    /** Part of the error message that replaces the answer. */
    error?: string;
  };
}

const ALL: readonly OddStream[] = readFileSync(new URL('odd-streams.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as OddStream);

/** Streams of chat. */
export const ODD_STREAMS: readonly OddStream[] = ALL.filter(({ api }) => api === undefined);

/** Streams of legacy completions. */
export const ODD_COMPLETIONS: readonly OddStream[] = ALL.filter(
  ({ api, events }) => api === 'completions' || events.every((event) => 'delta' in event && hasOnlyText(event.delta)),
);

function hasOnlyText(delta: unknown): boolean {
  return typeof delta === 'object' && Object.keys(delta ?? {}).every((key) => key === 'content');
}

const PLAIN: OddStream = {
  name: 'plain',
  events: [{ delta: { role: 'assistant', content: 'hey' } }, { delta: {}, finish_reason: 'stop' }],
  end: 'done',
  right: { text: 'hey', finish_reason: 'stop' },
};

export interface OddUpstream {
  /** API root. */
  url: string;
  /** Path and body of each POST request. */
  requests: { path: string; body: Json }[];
  close(): Promise<void>;
}

export async function startOddUpstream(): Promise<OddUpstream> {
  const requests: OddUpstream['requests'] = [];
  const sockets = new Set<Socket>();
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    if (request.method === 'GET') return void response.end('{"object":"list","data":[{"id":"far"}]}');
    const body = JSON.parse(await text(request)) as Json;
    requests.push({ path, body });
    if (path.endsWith('/embeddings')) return answerOddVectors(body, response);
    await send(findStream(body), path.endsWith('/chat/completions'), response);
  };
  const server = createServer((request, response) => void answer(request, response));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function findStream({ messages, prompt }: Json): OddStream {
  const said = Array.isArray(messages) ? (messages.at(-1) as Json)['content'] : prompt;
  const name = typeof said === 'string' && said.startsWith('@odd ') ? said.slice('@odd '.length) : PLAIN.name;
  const stream = [PLAIN, ...ALL].find((each) => each.name === name);
  if (stream === undefined) throw new Error(`There is no stream '${name}'.`);
  return stream;
}

const RESET_AFTER_MS = 30;

async function send(stream: OddStream, isChat: boolean, response: ServerResponse): Promise<void> {
  const { events, end, newline = '\n', cut, type = 'text/event-stream' } = stream;
  // Neither chunks nor a length: the body ends where the connection does.
  if (end === 'close') response.useChunkedEncodingByDefault = false;
  response.writeHead(200, { 'content-type': type, ...(end === 'close' ? { connection: 'close' } : {}) });
  const texts = events.map((event) => toText(event, isChat));
  for (const each of [...texts, ...(end === 'done' ? ['data: [DONE]\n\n'] : [])]) {
    const bytes = Buffer.from(each.replaceAll('\n', newline), 'utf8');
    const size = cut ?? bytes.length;
    for (let at = 0; at < bytes.length; at += size) response.write(bytes.subarray(at, at + size));
  }
  if (end !== 'reset') return void response.end();
  await sleep(RESET_AFTER_MS);
  response.socket?.destroy();
}

function toText(event: OddEvent, isChat: boolean): string {
  if ('sse' in event) return String(event.sse);
  return `data: ${JSON.stringify('raw' in event ? event.raw : toChunk(event, isChat))}\n\n`;
}

function toChunk({ delta, ...more }: { delta: unknown }, isChat: boolean): Json {
  const { content = '' } = (delta ?? {}) as { content?: unknown };
  const piece = isChat ? { delta } : { text: content };
  return { id: 'x', created: 1, model: 'far', choices: [{ index: 0, ...piece, finish_reason: null, ...more }] };
}
