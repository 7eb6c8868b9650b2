/**
 * Which trace the work at hand belongs to, from the request that began it to the servers that are asked on its behalf, without being passed
 * through everything in between. Holds the headers of W3C Trace Context as they are.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface TraceHeaders {
  traceparent: string;
  tracestate?: string;
}

interface CurrentTrace {
  /** What the caller sent. */
  incoming: TraceHeaders | undefined;
  /** What is sent on: the span of the work itself. */
  outgoing: TraceHeaders | undefined;
}

const storage = new AsyncLocalStorage<CurrentTrace>();

/** Runs the work as part of the caller's trace; `undefined` = the caller sent none. */
export function runInTrace<T>(incoming: TraceHeaders | undefined, work: () => T): T {
  return storage.run({ incoming, outgoing: undefined }, work);
}

export function currentTrace(): CurrentTrace | undefined {
  return storage.getStore();
}

/** Headers to send with a request that the work at hand makes; none outside of a trace. */
export function traceHeaders(): Record<string, string> {
  return { ...storage.getStore()?.outgoing };
}
