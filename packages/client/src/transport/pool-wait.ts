/**
 * `poolConfig.waitTime`: fails a request that finds no connection of an exhausted pool. undici waits without a limit.
 */
import type { Dispatcher } from 'undici';
import type { Clock, ScheduledCall } from './clock.ts';
import type { ConnectionPools } from './connection-pools.ts';
import { ForwardingHandler } from './forwarding-handler.ts';
import { PoolExhaustedError } from './transport-errors.ts';

/** A request that still waits for a connection to open is looked at again after this time. */
const MAX_RECHECK_MS = 1000;

interface PoolWaitDeps {
  pools: ConnectionPools;
  clock: Clock;
  /** Seconds. */
  waitTime: number;
}

export function createPoolWaitInterceptor(deps: PoolWaitDeps): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, new WaitHandler(handler, deps, new URL(String(options.origin)).origin));
}

type Controller = Dispatcher.DispatchController;

class WaitHandler extends ForwardingHandler {
  readonly #deps: PoolWaitDeps;
  readonly #origin: string;
  #timer: ScheduledCall | undefined;
  #error: Error | undefined;

  constructor(next: Dispatcher.DispatchHandler, deps: PoolWaitDeps, origin: string) {
    super(next);
    this.#deps = deps;
    this.#origin = origin;
    this.#schedule(deps.waitTime * 1000);
  }

  override onRequestStart(controller: Controller, context: unknown): void {
    this.#timer?.cancel();
    if (this.#error === undefined) super.onRequestStart(controller, context);
    else controller.abort(this.#error);
  }

  override onResponseError(controller: Controller, error: Error): void {
    this.#timer?.cancel();
    // The caller has had its error.
    if (this.#error === undefined) super.onResponseError(controller, error);
  }

  #schedule(ms: number): void {
    this.#timer = this.#deps.clock.schedule(() => this.#expire(), ms);
  }

  #expire(): void {
    const { pools, waitTime } = this.#deps;
    if (!pools.isExhausted(this.#origin)) {
      this.#schedule(Math.min(Math.max(waitTime * 1000, 1), MAX_RECHECK_MS));
      return;
    }
    const error = new PoolExhaustedError(`no connection became free within poolConfig.waitTime (${waitTime} s)`);
    // Without a controller: the request has none before it starts.
    super.onResponseError(null as unknown as Controller, error);
    this.#error = error;
  }
}
