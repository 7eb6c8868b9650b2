/** Time, injected so that tests of waits do not sleep. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `callback` after `ms` milliseconds. `isBackground` timers do not keep the process running. */
  schedule(callback: () => void, ms: number, isBackground?: boolean): ScheduledCall;
}

export interface ScheduledCall {
  cancel(): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(callback, ms, isBackground = false) {
    const timer = setTimeout(callback, ms);
    // Timers of browsers are numbers.
    if (isBackground && typeof timer === 'object') timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
