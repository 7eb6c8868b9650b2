/**
 * The trace of the current work, from the incoming request to requests to upstreams, in async context. Holds the
 * unchanged headers of W3C Trace Context.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface TraceHeaders {
  traceparent: string;
  tracestate?: string;
}

interface CurrentTrace {
  /** Headers of the incoming request. */
  incoming: TraceHeaders | undefined;
  /** Headers for upstreams: the span of the current work. */
  outgoing: TraceHeaders | undefined;
}

const storage = new AsyncLocalStorage<CurrentTrace>();

/** Runs the work in the trace of the caller; `undefined` when the caller sent none. */
export function runInTrace<T>(incoming: TraceHeaders | undefined, work: () => T): T {
  return storage.run({ incoming, outgoing: undefined }, work);
}

export function currentTrace(): CurrentTrace | undefined {
  return storage.getStore();
}

/** Headers for a request of the current work; empty outside a trace. */
export function traceHeaders(): Record<string, string> {
  return { ...storage.getStore()?.outgoing };
}
