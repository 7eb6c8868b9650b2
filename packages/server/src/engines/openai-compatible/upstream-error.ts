/**
 * Converts failures of an upstream to the client's error and decides about a retry. No message contains the API key.
 */
import type { Dispatcher } from 'undici';
import type { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import { defined } from '../../lib/defined.ts';
import { SseOverflowError } from '../../lib/sse-parser.ts';
import type { UpstreamOptions } from './options.ts';
import { readBody } from './read-body.ts';
import { WireError } from './wire-value.ts';

export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly error: ApiError;
  /**
   * `other-replica`: retry on another one. `down`: likewise, and mark this one as down. `again`: retry on the same one.
   */
  readonly verdict: 'final' | 'other-replica' | 'down' | 'again';
  /** `connect`: before a connection existed. */
  readonly phase: 'connect' | 'answer';

  constructor(error: ApiError, verdict: UpstreamError['verdict'], phase: UpstreamError['phase'] = 'answer') {
    super(error.message, { cause: error });
    this.error = error;
    this.verdict = verdict;
    this.phase = phase;
  }
}

type Named = Pick<UpstreamOptions, 'name' | 'apiKey'>;

const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN']);

/** For a connection that could not be made, or broke. */
export function toTransportError({ name }: Named, error: unknown): UpstreamError {
  if (error instanceof UpstreamError) return error;
  if (error instanceof WireError) return new UpstreamError(errors.upstreamFailed(name, error.message, error), 'final');
  if (error instanceof SseOverflowError) {
    return new UpstreamError(
      errors.upstreamFailed(name, 'its answer holds a line that is longer than any event.', error),
      'final',
    );
  }
  const code = codeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new UpstreamError(errors.upstreamTimeout(name, 'it does not take connections.', error), 'down', 'connect');
  }
  if (UNREACHABLE.has(code)) {
    const unreachable = errors.upstreamUnavailable(name, `it cannot be reached (${code}).`, { cause: error });
    return new UpstreamError(unreachable, 'down', 'connect');
  }
  return new UpstreamError(
    errors.upstreamFailed(name, `it broke the connection (${code || 'no reason given'}).`, error),
    'down',
  );
}

/**
 * For a kept-alive connection that the server closed while a request was being sent on it. Servers may close idle
 * connections at any time, so this does not count as a failure of the server. Undefined for every other error.
 */
export function toIdleCloseError({ name }: Named, error: unknown): UpstreamError | undefined {
  const { code, socket } = error as { code?: unknown; socket?: { bytesRead?: unknown } };
  if (code !== 'UND_ERR_SOCKET' || typeof socket?.bytesRead !== 'number' || socket.bytesRead === 0) return undefined;
  return new UpstreamError(errors.upstreamFailed(name, 'it closed the connection before it answered.', error), 'again');
}

function codeOf(error: unknown): string {
  const { code, cause, errors: several } = error as { code?: unknown; cause?: unknown; errors?: unknown[] };
  if (typeof code === 'string' && code !== '') return code;
  // All addresses of the host name failed.
  const inner = several?.[0] ?? cause;
  return inner === undefined || inner === null ? '' : codeOf(inner);
}

const MAX_ERROR_BODY_BYTES = 64 * 1024;
const DEFAULT_ERROR_STATUS = 500;

/** Reads the body of a response whose status is not 200. */
export async function toStatusError(
  upstream: Named,
  { statusCode, headers, body }: Dispatcher.ResponseData,
): Promise<UpstreamError> {
  const text = await readBody(body, MAX_ERROR_BODY_BYTES).catch(() => '');
  const retryAfter = headers['retry-after'];
  return toStatedError(upstream, {
    status: statusCode,
    stated: parseStated(text),
    ...(typeof retryAfter === 'string' ? { retryAfter } : {}),
  });
}

/** An upstream's description of an error, from any of the forms in use. */
export interface StatedError {
  message?: string;
  code?: string;
  param?: string;
  /** HTTP status, if the body states one. */
  status?: number;
}

function parseStated(text: string): StatedError | undefined {
  try {
    return toStated(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * Reads `{error:{message,…}}` (OpenAI), `{message,…}` (older vLLM), `{error:"…"}` (Ollama) and `{detail}` (FastAPI).
 */
export function toStated(value: unknown): StatedError | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { error, detail } = value as { error?: unknown; detail?: unknown };
  if (typeof error === 'string') return { message: error };
  if (typeof detail === 'string') return { message: detail };
  if (Array.isArray(detail)) return { message: JSON.stringify(detail) };
  const { message, code, param, type } = (typeof error === 'object' && error !== null ? error : value) as Record<
    string,
    unknown
  >;
  return {
    ...(typeof message === 'string' ? { message } : {}),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof param === 'string' ? { param } : {}),
    ...toStatedStatus(code, type),
  };
}

const MIN_ERROR_STATUS = 400;
const MAX_ERROR_STATUS = 599;

function toStatedStatus(code: unknown, type: unknown): { status?: number } {
  const status = Number(typeof code === 'string' && /^\d{3}$/.test(code) ? code : code);
  if (typeof code !== 'object' && status >= MIN_ERROR_STATUS && status <= MAX_ERROR_STATUS) return { status };
  return type === 'invalid_request_error' ? { status: MIN_ERROR_STATUS } : {};
}

interface StatedResponse {
  status: number;
  stated: StatedError | undefined;
  retryAfter?: string;
}

export function toStatedError(upstream: Named, { status, stated, retryAfter }: StatedResponse): UpstreamError {
  const { name } = upstream;
  if (status === 401 || status === 403) return new UpstreamError(errors.upstreamRefusedKey(name, status), 'final');
  if (status === 429) return new UpstreamError(errors.upstreamOverloaded(name, retryAfter), 'other-replica');
  if (status === 503) {
    const more = retryAfter === undefined ? {} : { retryAfter };
    return new UpstreamError(errors.upstreamUnavailable(name, 'it says so itself (503).', more), 'other-replica');
  }
  if (status === 504 || status === 408) {
    return new UpstreamError(errors.upstreamTimeout(name, `it says so itself (${status}).`), 'other-replica');
  }
  const message = stated?.message;
  if (status >= 400 && status < 500 && message !== undefined) {
    return new UpstreamError(toRefusal({ ...stated, message: withoutKey(message, upstream) }, status), 'final');
  }
  return new UpstreamError(
    errors.upstreamFailed(name, `it answered with status ${status}.`),
    status >= 501 ? 'other-replica' : 'final',
  );
}

/** For an error object in a response with status 200. */
export function toBodyError(upstream: Named, body: unknown): UpstreamError {
  const stated = toStated(body);
  return toStatedError(upstream, { status: stated?.status ?? DEFAULT_ERROR_STATUS, stated });
}

const CONTEXT_LENGTH = /maximum context length|context (length|size|window)|exceeds? the (available|maximum) context/i;
/** Ollama sends no code. */
const UNKNOWN_MODEL = /^model ['"`].*['"`] not found/i;
const REFUSAL_STATUS = new Set([400, 404, 413, 422]);

function toRefusal({ message, code, param }: StatedError & { message: string }, status: number): ApiError {
  const known = code ?? toCode(message, status);
  return errors.upstreamRefused(message, {
    status: REFUSAL_STATUS.has(status) ? status : 400,
    ...defined({ code: known, param }),
  });
}

function toCode(message: string, status: number): string | undefined {
  if (CONTEXT_LENGTH.test(message)) return 'context_length_exceeded';
  return status === 404 && UNKNOWN_MODEL.test(message) ? 'model_not_found' : undefined;
}

function withoutKey(message: string, { apiKey }: Named): string {
  return apiKey === undefined ? message : message.replaceAll(apiKey, '********');
}
