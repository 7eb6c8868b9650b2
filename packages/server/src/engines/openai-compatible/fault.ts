/** What went wrong with an upstream → the error a client gets, and whether another replica may do better. No message carries the key. */
import type { Dispatcher } from 'undici';
import type { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import { SseOverflowError } from '../../lib/sse-parser.ts';
import type { UpstreamOptions } from './options.ts';
import { readBody } from './read-body.ts';
import { WireError } from './wire-value.ts';

export class Fault extends Error {
  override readonly name = 'Fault';
  readonly error: ApiError;
  /** `other-replica`: worth a try there. `down`: so too, and this one is out of order. `again`: worth a try at the same one. */
  readonly verdict: 'final' | 'other-replica' | 'down' | 'again';
  /** `connect`: there was no connection yet. */
  readonly phase: 'connect' | 'answer';

  constructor(error: ApiError, verdict: Fault['verdict'], phase: Fault['phase'] = 'answer') {
    super(error.message, { cause: error });
    this.error = error;
    this.verdict = verdict;
    this.phase = phase;
  }
}

type Named = Pick<UpstreamOptions, 'name' | 'apiKey'>;

const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN']);

/** A connection that could not be made, or broke. */
export function toTransportFault({ name }: Named, error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof WireError) return new Fault(errors.upstreamFailed(name, error.message, error), 'final');
  if (error instanceof SseOverflowError) {
    return new Fault(
      errors.upstreamFailed(name, 'its answer holds a line that is longer than any event.', error),
      'final',
    );
  }
  const code = codeOf(error);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new Fault(errors.upstreamTimeout(name, 'it does not take connections.', error), 'down', 'connect');
  }
  if (UNREACHABLE.has(code)) {
    const unreachable = errors.upstreamUnavailable(name, `it cannot be reached (${code}).`, { cause: error });
    return new Fault(unreachable, 'down', 'connect');
  }
  return new Fault(
    errors.upstreamFailed(name, `it broke the connection (${code || 'no reason given'}).`, error),
    'down',
  );
}

/**
 * A kept connection that the server closed just as a request went out on it: it answered earlier requests on it and nothing of this one.
 * Servers close idle connections whenever they like, so that says nothing of the server. Undefined for every other error.
 */
export function toIdleCloseFault({ name }: Named, error: unknown): Fault | undefined {
  const { code, socket } = error as { code?: unknown; socket?: { bytesRead?: unknown } };
  if (code !== 'UND_ERR_SOCKET' || typeof socket?.bytesRead !== 'number' || socket.bytesRead === 0) return undefined;
  return new Fault(errors.upstreamFailed(name, 'it closed the connection before it answered.', error), 'again');
}

function codeOf(error: unknown): string {
  const { code, cause, errors: several } = error as { code?: unknown; cause?: unknown; errors?: unknown[] };
  if (typeof code === 'string' && code !== '') return code;
  // Several addresses of one name were tried.
  const inner = several?.[0] ?? cause;
  return inner === undefined || inner === null ? '' : codeOf(inner);
}

const ERROR_BODY_BYTES = 64 * 1024;
const UNSTATED_STATUS = 500;

/** Reads the rest of an answer whose status is not 200. */
export async function toStatusFault(
  upstream: Named,
  { statusCode, headers, body }: Dispatcher.ResponseData,
): Promise<Fault> {
  const text = await readBody(body, ERROR_BODY_BYTES).catch(() => '');
  const retryAfter = headers['retry-after'];
  return toStatedFault(upstream, {
    status: statusCode,
    stated: parseStated(text),
    ...(typeof retryAfter === 'string' ? { retryAfter } : {}),
  });
}

/** What an upstream says of an error, in any of the forms in use. */
export interface StatedError {
  message?: string;
  code?: string;
  param?: string;
  /** Where it says so: an HTTP status. */
  status?: number;
}

function parseStated(text: string): StatedError | undefined {
  try {
    return toStated(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** `{error:{message,…}}` as OpenAI, `{message,…}` as older vLLM, `{error:"…"}` as Ollama, `{detail}` as FastAPI. */
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

interface Answered {
  status: number;
  stated: StatedError | undefined;
  retryAfter?: string;
}

export function toStatedFault(upstream: Named, { status, stated, retryAfter }: Answered): Fault {
  const { name } = upstream;
  if (status === 401 || status === 403) return new Fault(errors.upstreamRefusedKey(name, status), 'final');
  if (status === 429) return new Fault(errors.upstreamOverloaded(name, retryAfter), 'other-replica');
  if (status === 503) {
    const more = retryAfter === undefined ? {} : { retryAfter };
    return new Fault(errors.upstreamUnavailable(name, 'it says so itself (503).', more), 'other-replica');
  }
  if (status === 504 || status === 408) {
    return new Fault(errors.upstreamTimeout(name, `it says so itself (${status}).`), 'other-replica');
  }
  const message = stated?.message;
  if (status >= 400 && status < 500 && message !== undefined) {
    return new Fault(toRefusal({ ...stated, message: withoutKey(message, upstream) }, status), 'final');
  }
  return new Fault(
    errors.upstreamFailed(name, `it answered with status ${status}.`),
    status >= 501 ? 'other-replica' : 'final',
  );
}

/** An error in place of an answer, although the status was 200. */
export function toBodyFault(upstream: Named, body: unknown): Fault {
  const stated = toStated(body);
  return toStatedFault(upstream, { status: stated?.status ?? UNSTATED_STATUS, stated });
}

const CONTEXT_LENGTH = /maximum context length|context (length|size|window)|exceeds? the (available|maximum) context/i;
/** Ollama names no code. */
const UNKNOWN_MODEL = /^model ['"`].*['"`] not found/i;
const REFUSAL_STATUS = new Set([400, 404, 413, 422]);

function toRefusal({ message, code, param }: StatedError & { message: string }, status: number): ApiError {
  const known = code ?? toCode(message, status);
  return errors.upstreamRefused(message, {
    status: REFUSAL_STATUS.has(status) ? status : 400,
    ...(known === undefined ? {} : { code: known }),
    ...(param === undefined ? {} : { param }),
  });
}

function toCode(message: string, status: number): string | undefined {
  if (CONTEXT_LENGTH.test(message)) return 'context_length_exceeded';
  return status === 404 && UNKNOWN_MODEL.test(message) ? 'model_not_found' : undefined;
}

function withoutKey(message: string, { apiKey }: Named): string {
  return apiKey === undefined ? message : message.replaceAll(apiKey, '********');
}
