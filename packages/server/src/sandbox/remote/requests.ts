/** Requests of the protocol in `docs/protocols/sandbox.md`. Their replies are untrusted. */
import { type Interruption, SandboxFileError, SandboxInterruptedError } from '../sandbox.ts';

export interface RemoteOptions {
  /** Without a path of the protocol, for example `https://sandbox.example/v1`. */
  url: string;
  token: string;
  fetch: typeof fetch;
}

export interface RemoteRequest {
  method: 'DELETE' | 'GET' | 'POST' | 'PUT';
  /** Below the URL. */
  path: string;
  signal: AbortSignal;
  json?: unknown;
  body?: ReadableStream<Uint8Array>;
}

/** The reply is none of the protocol, or an error without a meaning for the session. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
}

const MAX_ERROR_BYTES = 64 * 1024;
const MAX_JSON_BYTES = 16 * 1024 ** 2;
const MAX_MESSAGE_CHARS = 500;
const INTERRUPTIONS: readonly Interruption[] = ['aborted', 'time', 'crash', 'output'];

/** Returns a successful response. A request is never repeated, and a redirection never followed. */
export async function send(options: RemoteOptions, request: RemoteRequest): Promise<Response> {
  const { method, path, signal, json, body } = request;
  const response = await options.fetch(`${options.url.replace(/\/+$/, '')}${path}`, {
    method,
    signal,
    redirect: 'error',
    headers: {
      accept: 'application/json, application/x-ndjson, application/octet-stream',
      authorization: `Bearer ${options.token}`,
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...(body !== undefined && { 'content-type': 'application/octet-stream' }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(body !== undefined && { body, duplex: 'half' }),
  });
  if (response.ok) return response;
  throw await toError(response);
}

export async function readJson(response: Response, maxBytes = MAX_JSON_BYTES): Promise<Record<string, unknown>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytesOf(response)) {
    size += part.byteLength;
    if (size > maxBytes) throw new SandboxInterruptedError('output');
    parts.push(part);
  }
  const value = parse(Buffer.concat(parts).toString('utf8'));
  if (typeof value !== 'object' || value === null) throw new SandboxInterruptedError('output');
  return value as Record<string, unknown>;
}

export async function* bytesOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body !== null) yield* response.body as AsyncIterable<Uint8Array>;
}

async function toError(response: Response): Promise<Error> {
  const { error } = await readJson(response, MAX_ERROR_BYTES).catch(() => ({ error: undefined }));
  const { code, message, reason } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  const text = typeof message === 'string' ? message.slice(0, MAX_MESSAGE_CHARS) : `HTTP status ${response.status}`;
  if (code === 'file') return new SandboxFileError(text);
  if (code === 'session_not_found') return new SandboxInterruptedError('crash');
  if (code === 'interrupted') return new SandboxInterruptedError(toInterruption(reason));
  return new RemoteError(text);
}

export function toInterruption(reason: unknown): Interruption {
  return INTERRUPTIONS.find((known) => known === reason) ?? 'crash';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
