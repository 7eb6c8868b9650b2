import { describe, expect, it } from 'vitest';
import { createPace } from './pace.ts';

function paced(tokens: number, elapsedMs: number) {
  const pace = createPace({ batchTokens: 128 });
  for (let i = 0; i < 60; i++) pace.record(tokens, elapsedMs);
  return pace;
}

describe('createPace', () => {
  it('sizes a round to 120 ms by the duration of earlier rounds', () => {
    expect(paced(10, 58).budget(0)).toBe(20);
    expect(paced(10, 14).budget(0)).toBe(84);
  });

  it('starts with the warm-up time per token if it is known', () => {
    expect(createPace({ batchTokens: 128, tokenMs: 4 }).budget(0)).toBe(28);
    expect(createPace({ batchTokens: 128, tokenMs: 400 }).budget(0)).toBe(8);
    expect(createPace({ batchTokens: 128 }).budget(0)).toBe(32);
  });

  it('reduces the budget immediately after a slower round', () => {
    const pace = paced(40, 10);
    pace.record(40, 600);
    expect(pace.budget(0)).toBe(8);
  });

  it('never reduces the budget below a quarter of the initial one', () => {
    const pace = createPace({ batchTokens: 128, tokenMs: 1 });
    pace.record(40, 6000);
    expect(pace.budget(0)).toBe(28);
  });

  it('increases the budget gradually after faster rounds', () => {
    const pace = paced(40, 600);
    pace.record(40, 300);
    expect(pace.budget(0)).toBe(8);
    for (let i = 0; i < 20; i++) pace.record(40, 300);
    expect(pace.budget(0)).toBe(12);
  });

  it('reserves space in the batch for decoding requests', () => {
    expect(paced(64, 1).budget(0)).toBe(128);
    expect(paced(64, 1).budget(10)).toBe(116);
  });

  it('returns multiples of four for all measurements', () => {
    for (let ms = 1; ms < 200; ms++) expect(paced(16, ms).budget(3) % 4).toBe(0);
  });

  it('returns at least 8 tokens for any machine speed and number of decoding requests', () => {
    expect(paced(8, 60_000).budget(0)).toBe(8);
    expect(paced(8, 1).budget(127)).toBe(8);
  });

  it('starts with 4 tokens when the prompt is scored', () => {
    const pace = createPace({ batchTokens: 64, scored: true });
    expect(pace.budget(0)).toBe(4);
    for (let i = 0; i < 30; i++) pace.record(4, 19);
    expect(pace.budget(0)).toBe(24);
    pace.record(24, 3000);
    expect(pace.budget(0)).toBe(4);
  });

  it('ignores a round with a single token', () => {
    const pace = createPace({ batchTokens: 64 });
    const before = pace.budget(0);
    pace.record(1, 50);
    expect(pace.budget(0)).toBe(before);
  });
});
