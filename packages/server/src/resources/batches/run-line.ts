/** Runs one request of a batch. Temporary errors (429, a model that is being pulled) are retried, not reported. */
import type { Operation } from '@selfsame/contract';
import { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import type { LineResult } from '../../storage/repositories/batches.ts';
import type { Principal } from '../../tenancy/principal.ts';
import type { Services } from '../services.ts';
import { CallerRefused } from './caller.ts';
import { checkRequest } from './check-request.ts';
import type { Pause } from './pause.ts';
import type { PendingRequest } from './read-requests.ts';
import { toCompleted, toFailed } from './to-result.ts';

const TOO_MANY_REQUESTS = 429;
const UNAVAILABLE = 503;
/** Maximum attempts of a request that fails with a server error. */
const MAX_SERVER_ERROR_TRIES = 3;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 60_000;

export interface LineDeps {
  operation: Operation;
  endpoint: string;
  /** Rejects if the caller has lost access. */
  caller: () => Promise<Principal>;
  services: Services;
  signal: AbortSignal;
  /** Shared by all lines of the batch. */
  pause: Pause;
}

/** Delay before the next attempt in ms; undefined: no further attempt. */
function retryDelay(error: ApiError, tries: number): number | undefined {
  const retryAfterSeconds = Number(error.headers['retry-after']);
  const passes = error.status === TOO_MANY_REQUESTS || (error.status === UNAVAILABLE && retryAfterSeconds > 0);
  if (
    !passes &&
    (error.status < 500 || error.headers['x-should-retry'] === 'false' || tries >= MAX_SERVER_ERROR_TRIES)
  ) {
    return undefined;
  }
  const backoff = Math.min(FIRST_DELAY_MS * 2 ** (tries - 1), MAX_DELAY_MS);
  // Jitter, so that processes that were delayed together do not return together.
  return Math.max(retryAfterSeconds > 0 ? retryAfterSeconds * 1000 : 0, backoff) * (1 + Math.random() / 4);
}

async function call(body: Record<string, unknown>, requestId: string, deps: LineDeps): Promise<unknown> {
  const { operation, services, signal } = deps;
  const { name, value } = operation.stream?.requestedBy ?? { name: 'stream', value: true };
  if (body[name] === value) {
    throw errors.unsupportedValue(name, `A request of a batch has one response: '${name}' cannot request a stream.`);
  }
  const model = body['model'];
  const release = typeof model === 'string' ? await services.batchAdmission.acquire(model, signal) : () => undefined;
  try {
    // Checked now, not when the line was read: the line may have waited for long.
    const principal = await deps.caller();
    const context = { requestId, principal, signal, priority: 'batch' } as const;
    const outcome = await services.invoke(operation.id, { params: {}, query: {}, body, encoding: 'json' }, context);
    if (outcome.kind === 'object') return outcome.value;
    throw new Error(`'${operation.id}' answered ${outcome.kind} to a request of a batch.`);
  } finally {
    release();
  }
}

/** Rejects with the reason of the signal. */
export async function runLine({ line, bytes }: PendingRequest, deps: LineDeps): Promise<LineResult> {
  const { services, signal, pause } = deps;
  const id = services.ids('batch_req_');
  for (let tries = 1; ; tries += 1) {
    await pause.over(signal);
    const answered = { id, requestId: services.ids('req_'), line };
    try {
      // Parsed for each attempt: a handler may change the body.
      const checked = checkRequest(bytes, deps.endpoint);
      if ('lineErrors' in checked) throw errors.invalidJson(checked.lineErrors.map(({ message }) => message).join(' '));
      return toCompleted(answered, await call(checked.request.body, answered.requestId, deps));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof CallerRefused) throw error;
      const known = error instanceof ApiError ? error : errors.internal(answered.requestId, error);
      const delayMs = retryDelay(known, tries);
      if (delayMs === undefined) return toFailed(answered, known);
      pause.hold(delayMs);
    }
  }
}
