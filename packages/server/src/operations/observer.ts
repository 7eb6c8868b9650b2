/** Observers of invocations (metrics, traces): notified of the start, the first event and the end. */
import type { TokenUsage } from './context.ts';

export interface Observation {
  /** The first event of a stream was produced. */
  firstEvent(): void;
  end(outcome: InvocationEnd): void;
}

export interface InvocationEnd {
  /** HTTP status; 499 if the caller disconnected. */
  status: number;
  /** Undefined if the operation ran no model. */
  usage: TokenUsage | undefined;
}

/** Starts the observation of one invocation. Must not throw. */
export type Observe = (operationId: string, requestId: string) => Observation;

/** Combines several observers. */
export function observeAll(observers: readonly Observe[]): Observe {
  const [only] = observers;
  if (only !== undefined && observers.length === 1) return only;
  return (operationId, requestId) => {
    const each = observers.map((observe) => observe(operationId, requestId));
    return {
      firstEvent: () => {
        for (const observation of each) observation.firstEvent();
      },
      end: (outcome) => {
        for (const observation of each) observation.end(outcome);
      },
    };
  };
}
