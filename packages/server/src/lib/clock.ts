/** Where "now" comes from. Invariant: nothing but `systemClock` reads the wall clock; everybody else is given a `Clock`. */

export interface Clock {
  /** Unix time in milliseconds. May step back when the machine's clock is corrected. */
  now(): number;
}

export interface ManualClock extends Clock {
  /** Moves time by `ms` milliseconds; negative = a clock that steps back. */
  advance(ms: number): void;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock for tests that stands still at `startMs` (Unix milliseconds) until it is advanced. */
export function createManualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance(ms) {
      nowMs += ms;
    },
  };
}

/** Unix milliseconds as they are stored → whole Unix seconds as they stand on the wire. */
export function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
