/** The server of docs/protocols/sandbox.md, over any sandbox of this repository. */
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DEFAULT_SANDBOX_LIMITS,
  type Sandbox,
  SandboxFileError,
  SandboxInterruptedError,
  type SandboxLimits,
  type SandboxSession,
  SandboxUnavailableError,
} from '../../packages/server/src/sandbox/sandbox.ts';

export interface SandboxServerOptions {
  sandbox: Sandbox;
  token: string;
  maxSessions: number;
  /** Ends a session without a request for this time. */
  idleMs: number;
}

interface Entry {
  session: SandboxSession;
  timer: NodeJS.Timeout;
  calls: number;
}

const MAX_LIMITS: SandboxLimits = {
  memoryBytes: 4 * 1024 ** 3,
  cpuSeconds: 10_000_000,
  wallMs: 3_600_000,
  diskBytes: 2 * 1024 ** 3,
  outputBytes: 16 * 1024 ** 2,
};
const MAX_JSON_BYTES = 10 * 1024 ** 2;
const ALIVE_MS = 15_000;

class RequestError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function createSandboxServer(options: SandboxServerOptions): Server {
  const sessions = new Sessions(options);
  const server = createServer((request, response) => {
    handle(sessions, options.token, { request, response }).catch((error: unknown) => fail(response, error));
  });
  server.on('close', () => void sessions.close());
  return server;
}

class Sessions {
  readonly #options: SandboxServerOptions;
  readonly #entries = new Map<string, Entry>();
  #opening = 0;

  constructor(options: SandboxServerOptions) {
    this.#options = options;
  }

  async open(limits: SandboxLimits): Promise<string> {
    if (this.#entries.size + this.#opening >= this.#options.maxSessions) {
      throw new RequestError(503, 'unavailable', `All ${this.#options.maxSessions} sessions are in use.`);
    }
    this.#opening += 1;
    try {
      const session = await this.#options.sandbox.open(limits);
      const id = randomUUID();
      this.#entries.set(id, { session, timer: this.#endWhenIdle(id), calls: 0 });
      return id;
    } finally {
      this.#opening -= 1;
    }
  }

  /** A session is not idle while `call` uses it. */
  async use<T>(id: string, call: (session: SandboxSession) => Promise<T>): Promise<T> {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new RequestError(404, 'session_not_found', 'The session does not exist.');
    clearTimeout(entry.timer);
    entry.calls += 1;
    try {
      return await call(entry.session);
    } finally {
      entry.calls -= 1;
      if (!entry.session.isOpen) void this.end(id);
      else if (entry.calls === 0 && this.#entries.has(id)) entry.timer = this.#endWhenIdle(id);
    }
  }

  #endWhenIdle(id: string): NodeJS.Timeout {
    return setTimeout(() => void this.end(id), this.#options.idleMs);
  }

  async end(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    clearTimeout(entry?.timer);
    await entry?.session.destroy();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#entries.keys()].map((id) => this.end(id)));
  }
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

async function handle(sessions: Sessions, token: string, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  if (!isEqual(request.headers.authorization ?? '', `Bearer ${token}`)) {
    throw new RequestError(401, 'unauthorized', 'The token is missing or wrong.');
  }
  const url = new URL(request.url ?? '', 'http://localhost');
  const [, collection, id, action] = url.pathname.split('/');
  const route = `${request.method} ${action ?? ''}`;
  if (collection !== 'sessions') throw notFound();
  if (id === undefined) {
    if (request.method !== 'POST') throw notFound();
    const { limits } = await readJson(request);
    return reply(response, 201, { id: await sessions.open(toLimits(limits)) });
  }
  if (route === 'DELETE ') return sessions.end(id).then(() => reply(response, 204));
  return sessions.use(id, (session) => useSession(session, route, { ...exchange, path: url.searchParams.get('path') }));
}

async function useSession(
  session: SandboxSession,
  route: string,
  { request, response, path }: Exchange & { path: string | null },
): Promise<void> {
  if (route === 'POST run') {
    const { code } = await readJson(request);
    if (typeof code !== 'string') throw new RequestError(400, 'invalid_request', '`code` must be a string.');
    return run(session, code, response);
  }
  if (route === 'GET files') return reply(response, 200, { files: await session.listFiles() });
  if (path === null) throw new RequestError(400, 'invalid_request', '`path` is missing.');
  if (route === 'PUT file') return session.putFile(path, request).then(() => reply(response, 200, {}));
  if (route === 'DELETE file') return reply(response, 200, { existed: await session.deleteFile(path) });
  if (route === 'GET file') return sendFile(session, path, response);
  throw notFound();
}

/** A client that disconnects aborts the call, which ends the session. */
async function run(session: SandboxSession, code: string, response: ServerResponse): Promise<void> {
  const aborted = new AbortController();
  let isDone = false;
  response.once('close', () => {
    if (!isDone) aborted.abort();
  });
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const alive = setInterval(() => response.write('\n'), ALIVE_MS);
  async function* lines(): AsyncGenerator<string> {
    try {
      for await (const output of session.run(code, aborted.signal)) {
        isDone = output.type === 'end';
        const png = output.type === 'image' ? { png: Buffer.from(output.png).toString('base64') } : {};
        yield `${JSON.stringify({ ...output, ...png })}\n`;
      }
    } catch (error) {
      if (!(error instanceof SandboxInterruptedError)) throw error;
      yield `${JSON.stringify({ type: 'interrupted', reason: error.reason })}\n`;
    } finally {
      clearInterval(alive);
    }
  }
  await pipeline(Readable.from(lines()), response);
}

async function sendFile(session: SandboxSession, path: string, response: ServerResponse): Promise<void> {
  const parts = session.readFile(path)[Symbol.asyncIterator]();
  // An error of the first part still has a status of its own.
  const first = await parts.next();
  async function* rest(): AsyncGenerator<Uint8Array> {
    for (let part = first; part.done !== true; part = await parts.next()) yield part.value;
  }
  response.writeHead(200, { 'content-type': 'application/octet-stream' });
  await pipeline(Readable.from(rest()), response);
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MAX_JSON_BYTES) throw new RequestError(413, 'invalid_request', 'The request is too large.');
    parts.push(part);
  }
  try {
    return Object(JSON.parse(Buffer.concat(parts).toString('utf8')));
  } catch {
    throw new RequestError(400, 'invalid_request', 'The body is no JSON.');
  }
}

/** A limit above the maximum is refused, because the client relies on it. */
function toLimits(value: unknown): SandboxLimits {
  const given = Object(value ?? {}) as Record<string, unknown>;
  const names = Object.keys(MAX_LIMITS) as (keyof SandboxLimits)[];
  const entries = names.map((name) => {
    const limit = given[name] ?? DEFAULT_SANDBOX_LIMITS[name];
    if (!Number.isSafeInteger(limit) || Number(limit) < 1 || Number(limit) > MAX_LIMITS[name]) {
      throw new RequestError(400, 'invalid_request', `\`${name}\` must be an integer from 1 to ${MAX_LIMITS[name]}.`);
    }
    return [name, Number(limit)] as const;
  });
  return Object.fromEntries(entries) as unknown as SandboxLimits;
}

function reply(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function notFound(): RequestError {
  return new RequestError(404, 'not_found', 'There is no such operation.');
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const { status, ...rest } = describe(error);
  // The rest of a body that was not read does not become the next request.
  response.setHeader('connection', 'close');
  reply(response, status, { error: rest });
}

function describe(error: unknown): { status: number; code: string; message: string; reason?: string } {
  if (error instanceof RequestError) return { status: error.status, code: error.code, message: error.message };
  if (error instanceof SandboxFileError) return { status: 400, code: 'file', message: error.message };
  if (error instanceof SandboxUnavailableError) return { status: 503, code: 'unavailable', message: error.message };
  if (error instanceof SandboxInterruptedError) {
    return { status: 409, code: 'interrupted', message: error.message, reason: error.reason };
  }
  return { status: 500, code: 'internal', message: 'The request failed.' };
}

function isEqual(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
