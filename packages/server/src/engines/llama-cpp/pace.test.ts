import { describe, expect, it } from 'vitest';
import { createPace } from './pace.ts';

describe('createPace', () => {
  it('fits a round to 100 ms by what earlier rounds took', () => {
    const pace = createPace({ batchTokens: 512 });
    for (let i = 0; i < 30; i++) pace.record(50, 25);
    expect(pace.share(1, 0)).toBeGreaterThan(195);
    expect(pace.share(1, 0)).toBeLessThanOrEqual(200);
  });

  it('slows down at once when the machine gets slower', () => {
    const pace = createPace({ batchTokens: 512 });
    for (let i = 0; i < 30; i++) pace.record(100, 50);
    pace.record(100, 1000);
    expect(pace.share(1, 0)).toBe(10);
  });

  it('divides a round among the prompts and leaves room for those who decode', () => {
    const pace = createPace({ batchTokens: 64 });
    for (let i = 0; i < 30; i++) pace.record(64, 1);
    expect(pace.share(1, 0)).toBe(64);
    expect(pace.share(3, 4)).toBe(20);
  });

  it('always goes on, however slow the machine is', () => {
    const pace = createPace({ batchTokens: 64 });
    pace.record(8, 60_000);
    expect(pace.share(1, 0)).toBe(8);
    expect(pace.share(60, 4)).toBe(1);
  });

  it('does not take a single token for a measurement', () => {
    const pace = createPace({ batchTokens: 64 });
    const before = pace.share(1, 0);
    pace.record(1, 50);
    expect(pace.share(1, 0)).toBe(before);
  });
});
