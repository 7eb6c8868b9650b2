import { describe, expect, it } from 'vitest';
import { retryDelayMs } from './retry-delay.ts';
import { DEFAULT_MAX_ATTEMPTS } from './task.ts';

describe('the delay before a retry', () => {
  it('the retry delay doubles from two seconds up to an hour', () => {
    const middle = (attempt: number) => retryDelayMs(attempt, () => 0.5);
    expect([1, 2, 3, 10, 11, 12, 100].map(middle)).toEqual([
      2000, 4000, 8000, 1_024_000, 2_048_000, 3_600_000, 3_600_000,
    ]);
  });

  it('the retry delay varies by a quarter in both directions', () => {
    expect(retryDelayMs(1, () => 0)).toBe(1500);
    expect(retryDelayMs(1, () => 1)).toBe(2500);
  });

  it('the retry delays of the default number of attempts add up to about 68 minutes', () => {
    let totalMs = 0;
    for (let attempt = 1; attempt < DEFAULT_MAX_ATTEMPTS; attempt += 1) totalMs += retryDelayMs(attempt, () => 0.5);
    expect(Math.round(totalMs / 60_000)).toBe(68);
  });
});
