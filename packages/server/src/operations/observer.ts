/** Who looks on while operations run (metrics, traces): told when an invocation begins, answers and ends, and never in its way. */
import type { TokenUsage } from './context.ts';

export interface Observation {
  /** The first piece of a streamed answer is there. */
  firstEvent(): void;
  end(outcome: InvocationEnd): void;
}

export interface InvocationEnd {
  /** As in HTTP; 499 = the caller left. */
  status: number;
  /** What was consumed, where a model answered. */
  usage: TokenUsage | undefined;
}

/** Must not throw. */
export type Observe = (operationId: string, requestId: string) => Observation;

/** Several onlookers as one. */
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
