/**
 * The source of the current time. Invariant: only `systemClock` reads the wall clock; other code receives a `Clock`.
 */

export interface Clock {
  /** Unix time in milliseconds. May step back when the clock of the machine is corrected. */
  now(): number;
}

export interface ManualClock extends Clock {
  /** Advances the time by `ms` milliseconds; negative values step back. */
  advance(ms: number): void;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock for tests that stays at `startMs` (Unix milliseconds) until it is advanced. */
export function createManualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    advance(ms) {
      nowMs += ms;
    },
  };
}

/** Converts stored Unix milliseconds to the whole Unix seconds of the wire format. */
export function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
