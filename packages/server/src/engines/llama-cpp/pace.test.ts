import { describe, expect, it } from 'vitest';
import { createPace } from './pace.ts';

function paced(batchTokens: number, tokens: number, elapsedMs: number) {
  const pace = createPace({ batchTokens });
  for (let i = 0; i < 60; i++) pace.record(tokens, elapsedMs);
  return pace;
}

describe('createPace', () => {
  it('fits a round to 150 ms by what earlier rounds took', () => {
    expect(paced(128, 10, 73).share(1, 0)).toBe(20);
    expect(paced(128, 10, 18).share(1, 0)).toBe(80);
  });

  it('slows down at once when the machine gets slower', () => {
    const pace = paced(128, 40, 10);
    pace.record(40, 600);
    expect(pace.share(1, 0)).toBe(8);
  });

  it('divides a round among the prompts and leaves room for those who decode', () => {
    const pace = paced(64, 64, 1);
    expect(pace.share(1, 0)).toBe(64);
    expect(pace.share(2, 0)).toBe(32);
    expect(pace.share(2, 10)).toBe(24);
  });

  it('gives multiples of four, whatever the measurement', () => {
    for (let ms = 1; ms < 200; ms++) {
      for (const prompts of [1, 2, 3, 7]) expect(paced(128, 16, ms).share(prompts, 3) % 4).toBe(0);
    }
  });

  it('always goes on, however slow the machine is', () => {
    expect(paced(64, 8, 60_000).share(1, 0)).toBe(8);
    expect(paced(64, 8, 60_000).share(60, 4)).toBe(8);
  });

  it('does not take a single token for a measurement', () => {
    const pace = createPace({ batchTokens: 64 });
    const before = pace.share(1, 0);
    pace.record(1, 50);
    expect(pace.share(1, 0)).toBe(before);
  });
});
