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
  ])('of %j is %i characters, whatever their encoding takes', (text, length) => {
    expect([isAtMost(text, length), isAtMost(text, length - 1)]).toEqual([true, false]);
    expect([isAtLeast(text, length), isAtLeast(text, length + 1)]).toEqual([true, false]);
  });

  it('of 30 million characters takes no time to compare with a small limit', () => {
    const text = 'a'.repeat(30_000_000);
    const start = performance.now();
    expect([isAtMost(text, 512), isAtLeast(text, 1)]).toEqual([false, true]);
    expect(performance.now() - start).toBeLessThan(20);
  });
});
