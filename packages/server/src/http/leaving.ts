/**
 * When an answer is no longer wanted: its client left, or the grace of a shutdown is over.
 * Invariant: nothing is kept of an exchange that has ended.
 */
import type { ServerResponse } from 'node:http';

/** Gives the signal of an exchange. One listener for all: a composite signal per request costs more than the rest of its routing. */
export function createLeaving(stopped: AbortSignal): (response: ServerResponse) => AbortSignal {
  const running = new Set<AbortController>();
  stopped.addEventListener('abort', () => {
    for (const controller of running) controller.abort(stopped.reason);
  });
  return (response) => {
    const controller = new AbortController();
    if (stopped.aborted) controller.abort(stopped.reason);
    running.add(controller);
    response.once('close', () => {
      running.delete(controller);
      if (!response.writableFinished) controller.abort(new DOMException('The client left.', 'AbortError'));
    });
    return controller.signal;
  };
}
