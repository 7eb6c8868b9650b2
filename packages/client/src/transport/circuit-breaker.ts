/**
 * `circuitBreaker`: cockatiel's states, with a rolling window that counts in buckets.
 * CLOSED → OPEN past the failure threshold; OPEN → HALF_OPEN after `resetTime`; the result of one trial decides.
 */
import {
  BrokenCircuitError,
  CircuitState,
  circuitBreaker,
  handleWhen,
  type IBackoff,
  type IBackoffFactory,
  type IBreaker,
} from 'cockatiel';
import type { Transport } from '../core/transport.ts';
import type { Clock } from './clock.ts';
import type { ResolvedCircuitBreaker } from './resolve-options.ts';
import { CircuitOpenError } from './transport-errors.ts';

export function breakCircuit(send: Transport, options: ResolvedCircuitBreaker, clock: Clock): Transport {
  const { statusCodes, resetTime, rollingWindow } = options;
  // An aborted request says nothing about the server; an aborted trial must not close the circuit.
  const policy = circuitBreaker(
    handleWhen((error) => !(error instanceof AbortReason) || policy.state === CircuitState.HalfOpen).orWhenResult(
      (response) => statusCodes.includes((response as { status: number }).status),
    ),
    {
      halfOpenAfter: resetAfter(resetTime * 1000, clock),
      breaker: new RollingWindow({ ...rollingWindow, failureThreshold: options.failureThreshold }, clock),
    },
  );
  return async (request) => {
    try {
      return await policy.execute(() => withAbort(request.signal, send(request)));
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw new CircuitOpenError();
      throw error instanceof AbortReason ? error.reason : error;
    }
  };
}

/** Marks the reason of an aborted signal, which may be any value. */
class AbortReason extends Error {
  readonly reason: unknown;

  constructor(reason: unknown) {
    super('aborted');
    this.reason = reason;
  }
}

async function withAbort<T>(signal: AbortSignal | undefined, response: Promise<T>): Promise<T> {
  try {
    return await response;
  } catch (error) {
    throw signal?.aborted === true ? new AbortReason(error) : error;
  }
}

/** cockatiel compares the duration with its own clock: the duration is 0 as soon as the injected clock is due. */
function resetAfter(ms: number, clock: Clock): IBackoffFactory<unknown> {
  function next(): IBackoff<unknown> {
    const dueAt = clock.now() + ms;
    return {
      next,
      get duration() {
        return clock.now() >= dueAt ? 0 : Number.POSITIVE_INFINITY;
      },
    };
  }
  return { next };
}

interface WindowOptions {
  requestVolumeThreshold: number;
  /** Seconds. */
  timeWindow: number;
  /** Seconds. */
  bucketSize: number;
  failureThreshold: number;
}

interface Bucket {
  /** Number of the bucket since the epoch. */
  index: number;
  total: number;
  failures: number;
}

/** Requests and failures of the last `timeWindow` seconds. */
class RollingWindow implements IBreaker {
  readonly #options: WindowOptions;
  readonly #clock: Clock;
  #buckets: Bucket[] = [];

  constructor(options: WindowOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  get state(): unknown {
    return this.#buckets;
  }

  set state(buckets: unknown) {
    this.#buckets = buckets as Bucket[];
  }

  success(state: CircuitState): void {
    if (state === CircuitState.HalfOpen) this.#buckets = [];
    else this.#currentBucket().total += 1;
  }

  failure(): boolean {
    const bucket = this.#currentBucket();
    bucket.total += 1;
    bucket.failures += 1;
    const total = this.#buckets.reduce((sum, each) => sum + each.total, 0);
    const failures = this.#buckets.reduce((sum, each) => sum + each.failures, 0);
    return total >= this.#options.requestVolumeThreshold && failures / total > this.#options.failureThreshold;
  }

  #currentBucket(): Bucket {
    const { bucketSize, timeWindow } = this.#options;
    const index = Math.floor(this.#clock.now() / (bucketSize * 1000));
    const first = index - Math.ceil(timeWindow / bucketSize) + 1;
    this.#buckets = this.#buckets.filter((bucket) => bucket.index >= first);
    const last = this.#buckets.at(-1);
    if (last?.index === index) return last;
    const bucket = { index, total: 0, failures: 0 };
    this.#buckets.push(bucket);
    return bucket;
  }
}
