import { describe, expect, it } from 'vitest';
import { isAtLeast, isAtMost } from './string-length.ts';

describe('the length of a string', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['👍👍', 2],
    ['a👍b', 3],
    ['\ud83d', 1],
    ['é', 1],
  ])('counts the length of %j as %i characters', (text, length) => {
    expect([isAtMost(text, length), isAtMost(text, length - 1)]).toEqual([true, false]);
    expect([isAtLeast(text, length), isAtLeast(text, length + 1)]).toEqual([true, false]);
  });

  it('compares the length of 30 million characters with a small limit in constant time', () => {
    const text = 'a'.repeat(30_000_000);
    const start = performance.now();
    expect([isAtMost(text, 512), isAtLeast(text, 1)]).toEqual([false, true]);
    expect(performance.now() - start).toBeLessThan(20);
  });
});
