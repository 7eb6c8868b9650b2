/**
 * The calls that one model has at an upstream. A call ends when its caller leaves, when the model is closed, or after a silence;
 * whatever ends it aborts the request, and so cancels the work there.
 */

export interface Call {
  readonly signal: AbortSignal;
  /** From now on something must come within `ms`, or the call ends with `fail()`. */
  expectWithin(ms: number, fail: () => Error): void;
  /** Something came, or is waited for again: the time that was given last starts anew. */
  alive(): void;
  /** Nothing is waited for: a caller who reads slowly is no silence of the upstream. */
  pause(): void;
  end(): void;
}

export interface Calls {
  /** Throws the reason of a signal that is aborted already, and the error of a closed model. */
  start(signal: AbortSignal): Call;
  /** Ends all calls with this error, and refuses later ones with it. */
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
      const leave = () => controller.abort(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
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
          signal.removeEventListener('abort', leave);
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
