/**
 * `retryConfig`: undici's retry interceptor with this policy. The policy decides which failures are retried and when;
 * undici's own policy retries neither POST nor timeouts, and resumes a broken body with a Range request.
 */
import { type Dispatcher, interceptors } from 'undici';
import { APIConnectionTimeoutError } from '../core/errors.ts';
import type { Clock } from './clock.ts';
import { ForwardingHandler } from './forwarding-handler.ts';
import type { ResolvedOptions } from './resolve-options.ts';
import { PoolExhaustedError, ResponseLimitError } from './transport-errors.ts';

const DEFAULT_MAX_WAIT_SECONDS = 60;

type Options = ResolvedOptions['retryConfig'];

/** Whether the caller has seen a response: then nothing is sent again. */
interface Progress {
  hasResponse: boolean;
}

/** What undici passes to a policy. */
interface Failure extends Error {
  code?: string;
  statusCode?: number;
  headers?: Record<string, string | string[] | undefined>;
}

export function createRetryInterceptor(options: Options, clock: Clock): Dispatcher.DispatcherComposeInterceptor {
  if (options.count === 0) return (dispatch) => dispatch;
  const retry = interceptors.retry({
    // The last response reaches the caller as it is.
    throwOnError: false,
    retry(error, { state, opts }, callback) {
      const { progress } = opts as unknown as { progress: Progress };
      if (progress.hasResponse || state.counter > options.count || !isRetryable(error, options)) {
        callback(error);
        return null;
      }
      clock.schedule(() => callback(null), waitBefore(state.counter, error, options, clock));
      return null;
    },
  });
  return (dispatch) => {
    const next = retry((request, handler) => dispatch(request, new AttemptHandler(handler)));
    return (request, handler) => {
      const progress: Progress = { hasResponse: false };
      const withProgress: Dispatcher.DispatchOptions & { progress: Progress } = { ...request, progress };
      return next(withProgress, new ProgressHandler(handler, progress));
    };
  };
}

class ProgressHandler extends ForwardingHandler {
  readonly #progress: Progress;

  constructor(next: Dispatcher.DispatchHandler, progress: Progress) {
    super(next);
    this.#progress = progress;
  }

  override onResponseStart(...[controller, status, headers, message]: ResponseStart): void {
    if (status >= 200) this.#progress.hasResponse = true;
    super.onResponseStart(controller, status, headers, message);
  }
}

/** Passes the events of an attempt to undici's retry handler. */
class AttemptHandler extends ForwardingHandler {
  /** The retry handler takes an aborted controller for an abort by the caller, but a timeout aborts it too. */
  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    const isTimeout = error instanceof APIConnectionTimeoutError;
    super.onResponseError(isTimeout ? (null as unknown as Dispatcher.DispatchController) : controller, error);
  }
}

type ResponseStart = Parameters<ForwardingHandler['onResponseStart']>;

function isRetryable(error: Failure, { statusCodes }: Options): boolean {
  if (error.code === 'UND_ERR_REQ_RETRY')
    return error.statusCode !== undefined && statusCodes.includes(error.statusCode);
  const isAbort = error.code === 'UND_ERR_ABORTED' || error.name === 'AbortError';
  return !isAbort && !(error instanceof PoolExhaustedError) && !(error instanceof ResponseLimitError);
}

/** Milliseconds. `Retry-After` replaces the interval; `maxWaitInterval` limits both. */
function waitBefore(retry: number, error: Failure, options: Options, clock: Clock): number {
  const factor = options.backOffFactor > 0 ? options.backOffFactor : 1;
  const interval = options.interval * factor ** (retry - 1);
  const maxSeconds = options.maxWaitInterval > 0 ? options.maxWaitInterval : DEFAULT_MAX_WAIT_SECONDS;
  return Math.min(readRetryAfter(error, clock) ?? interval, maxSeconds) * 1000;
}

/** Seconds of the header `Retry-After`, which contains seconds or a date. */
function readRetryAfter({ headers }: Failure, clock: Clock): number | undefined {
  const value = headers?.['retry-after'];
  if (typeof value !== 'string') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : Math.max(0, (time - clock.now()) / 1000);
}
