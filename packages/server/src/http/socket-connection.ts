/**
 * One WebSocket: reads its messages in order, checks that the client is alive, and ends it with the right code.
 * Invariant: the signal of the connection aborts when it ends, so that no work goes on for a client that has left.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import { ApiError } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import type { Clock } from '../lib/clock.ts';
import { toJson } from '../lib/json.ts';
import type { SocketMount, SocketSession } from '../operations/socket.ts';
import type { Authenticate } from './authenticate.ts';
import type { JsonReader } from './receive-json.ts';
import { logFailure } from './render-error.ts';

/** A client that has not answered the last ping is disconnected. */
const DEFAULT_PING_MS = 30_000;
/** A client that does not answer the end of the connection within this time is disconnected. */
const CLOSE_WAIT_MS = 2000;
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

export interface Connection {
  /** Takes no more events, and ends when those before are answered or the grace period ends. */
  end(): Promise<void>;
}

export interface ConnectionOptions {
  headers: IncomingHttpHeaders;
  authenticate: Authenticate;
  json: JsonReader;
  clock: Clock;
  log: Logger;
  /** Aborts at the end of the shutdown grace period. */
  stopped: AbortSignal;
  newRequestId(): string;
  /** Default 30,000. */
  pingMs?: number;
}

export function openConnection(socket: WebSocket, mount: SocketMount, options: ConnectionOptions): Connection {
  const { clock, log, stopped, newRequestId } = options;
  const ended = new AbortController();
  const openedAt = clock.now();
  const connectionId = newRequestId();
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const send = (event: object) => write(socket, event);
  const sendError = (error: unknown) => {
    const known = error instanceof ApiError ? error : errors.internal(connectionId, error);
    logFailure(log, connectionId, known);
    return send(mount.toErrorEvent(known));
  };
  const close = (code: number) => {
    socket.close(code);
    setTimeout(() => socket.terminate(), CLOSE_WAIT_MS).unref();
  };
  const session = mount.open({
    signal: AbortSignal.any([ended.signal, stopped]),
    newRequestId,
    send,
    async authenticate() {
      try {
        return await options.authenticate(options.headers);
      } catch (error) {
        if (error instanceof ApiError && error.status < 500) setImmediate(() => close(POLICY_VIOLATION));
        throw error;
      }
    },
  });
  const reader = readMessages(socket, { session, sendError, json: options.json, limitBytes: mount.maxMessageBytes });
  const life = setTimeout(() => {
    reader.stop();
    void sendError(mount.lifeEnded()).then(() => close(POLICY_VIOLATION));
  }, mount.maxLifeMs).unref();
  const stopPings = keepAlive(socket, options.pingMs ?? DEFAULT_PING_MS);
  const onStopped = () => close(GOING_AWAY);
  stopped.addEventListener('abort', onStopped);
  socket.on('error', (error) => log.debug({ requestId: connectionId, err: error }, 'a WebSocket failed'));
  socket.once('close', (code) => {
    clearTimeout(life);
    stopPings();
    stopped.removeEventListener('abort', onStopped);
    ended.abort(new DOMException('The client left.', 'AbortError'));
    log.info({ requestId: connectionId, path: mount.path, socket: code, ms: clock.now() - openedAt });
  });
  return {
    async end() {
      reader.stop();
      await Promise.race([reader.read().then(() => session.idle()), closed]);
      close(GOING_AWAY);
      await closed;
    },
  };
}

function write(socket: WebSocket, event: object): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) resolve();
    else socket.send(toJson(event), () => resolve());
  });
}

interface ReaderDeps {
  session: SocketSession;
  sendError(error: unknown): Promise<void>;
  json: ConnectionOptions['json'];
  limitBytes: number;
}

/** Messages are parsed one after another, because large ones are parsed in a thread. */
function readMessages(socket: WebSocket, { session, sendError, json, limitBytes }: ReaderDeps) {
  let last = Promise.resolve();
  let isStopped = false;
  const parse = async (data: RawData, isBinary: boolean) => {
    try {
      if (isBinary) throw errors.invalidJson('the message is binary. Events are texts.');
      // `ws` passes a message as one buffer unless it is asked for other types.
      const bytes = data as Buffer;
      const event = await json.receive(Readable.from([bytes]), limitBytes, bytes.length);
      if (event === undefined) throw errors.invalidJson('the message is empty.');
      session.receive(event);
    } catch (error) {
      await sendError(error);
    }
  };
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (!isStopped) last = last.then(() => parse(data, isBinary));
  });
  return {
    stop() {
      isStopped = true;
    },
    read: () => last,
  };
}

/** Returns the function that ends the pings. */
function keepAlive(socket: WebSocket, pingMs: number): () => void {
  let isAlive = true;
  socket.on('pong', () => {
    isAlive = true;
  });
  const pings = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, pingMs).unref();
  return () => clearInterval(pings);
}
