/**
 * Signals that abort the work on a response: its client has disconnected, or the shutdown grace period has ended.
 * Invariant: ended exchanges leave no listeners behind.
 */
import type { ServerResponse } from 'node:http';

/**
 * Returns the function that creates the signal of a response. One listener serves all: `AbortSignal.any` per request
 * costs more than the routing.
 */
export function createAbortSignals(stopped: AbortSignal): (response: ServerResponse) => AbortSignal {
  const running = new Set<AbortController>();
  stopped.addEventListener('abort', () => {
    for (const controller of running) controller.abort(stopped.reason);
  });
  return (response) => {
    const controller = new AbortController();
    if (stopped.aborted) controller.abort(stopped.reason);
    // A client that left while its request was read: `close` has been emitted already.
    if (response.closed && !response.writableFinished) controller.abort(clientLeft());
    if (controller.signal.aborted) return controller.signal;
    running.add(controller);
    response.once('close', () => {
      running.delete(controller);
      if (!response.writableFinished) controller.abort(clientLeft());
    });
    return controller.signal;
  };
}

const clientLeft = () => new DOMException('The client left.', 'AbortError');
