/**
 * The calls of one model to an upstream. A call ends when its client disconnects, when the model is closed, or after a
 * timeout. Each of these aborts the request and thereby cancels the work upstream.
 */

export interface Call {
  readonly signal: AbortSignal;
  /** Starts a timeout: without data within `ms` the call ends with `fail()`. */
  expectWithin(ms: number, fail: () => Error): void;
  /** Data has arrived, or is awaited again: restarts the last timeout. */
  alive(): void;
  /** Stops the timeout while no data is awaited: a client that reads slowly is no silence of the upstream. */
  pause(): void;
  end(): void;
}

export interface Calls {
  /** Throws the reason of an aborted signal, and the error of a closed model. */
  start(signal: AbortSignal): Call;
  /** Ends all calls with this error and refuses later calls with it. */
  close(error: Error): void;
}

export function createCalls(): Calls {
  const running = new Set<AbortController>();
  let closed: Error | undefined;
  return {
    start(signal) {
      signal.throwIfAborted();
      if (closed !== undefined) throw closed;
      const controller = new AbortController();
      const abort = () => controller.abort(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      running.add(controller);
      let timer: NodeJS.Timeout | undefined;
      let paused = false;
      return {
        signal: controller.signal,
        expectWithin(ms, fail) {
          clearTimeout(timer);
          timer = setTimeout(() => {
            if (!paused) controller.abort(fail());
          }, ms);
        },
        alive() {
          paused = false;
          timer?.refresh();
        },
        pause() {
          paused = true;
        },
        end() {
          clearTimeout(timer);
          signal.removeEventListener('abort', abort);
          running.delete(controller);
        },
      };
    },
    close(error) {
      closed = error;
      for (const controller of running) controller.abort(error);
    },
  };
}
