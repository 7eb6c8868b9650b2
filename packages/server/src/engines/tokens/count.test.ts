import { countTokens } from 'gpt-tokenizer/encoding/cl100k_base';
import { expect, it } from 'vitest';
import { countHostedTokens } from './count.ts';

it('counts the tokens of the vocabulary except for deviations at split positions', () => {
  const text = 'The library opens at nine; the Straße is closed.\n\n  function main() { return 1; }\n'.repeat(40);
  const exact = countTokens(text);
  expect(Math.abs(countHostedTokens(text) - exact)).toBeLessThan(exact * 0.02);
  expect(countHostedTokens('<|endoftext|>')).toBeGreaterThan(1);
  expect(countHostedTokens('')).toBe(0);
});

it('counts a word of 300,000 characters within five seconds', () => {
  const before = performance.now();
  expect(countHostedTokens('a'.repeat(300_000))).toBeGreaterThan(30_000);
  expect(performance.now() - before).toBeLessThan(5000);
});
