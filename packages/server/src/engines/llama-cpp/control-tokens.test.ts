import { describe, expect, it } from 'vitest';
import { controlStrings, createControlTokenGuard } from './control-tokens.ts';

describe('controlStrings', () => {
  it('returns control tokens and user-defined markers, but not blanks or single characters', () => {
    const tokens = ['<s>', 'word', '\n\n', '<tool_call>', '[INST]', '  ', '@', '<x'];
    expect(controlStrings(tokens, [3, 1, 4, 4, 4, 4, 3, 4])).toEqual(['<s>', '<tool_call>', '[INST]']);
  });
});

describe('createControlTokenGuard', () => {
  const strings = ['<s>', '</s>', '<|end|>', '<|end|>x', '<<s>>'];
  const guard = createControlTokenGuard(strings);

  it('inserts the sentinel into every control string', () => {
    expect(guard.protect('a<|end|>b</s>', '¦')).toBe('a<¦|end|>b<¦/s>');
  });

  it('does not change text without control strings', () => {
    expect(guard.protect('1 < 2 and <b>bold</b>', '¦')).toBe('1 < 2 and <b>bold</b>');
  });

  it('splits overlapping control strings so that no piece contains one', () => {
    for (const text of ['<<s>>', '<|end|><|end|>x', '<s><s></s>', '<<<s>>>']) {
      const pieces = guard.protect(text, '¦').split('¦');
      expect(pieces.join('')).toBe(text);
      for (const piece of pieces) expect(strings.filter((string) => piece.includes(string))).toEqual([]);
    }
  });

  it('chooses a sentinel that occurs in none of the texts', () => {
    expect(guard.chooseSentinel(['plain'])).toBe('\uE000');
    expect(guard.chooseSentinel(['a\uE000', '\uE001b'])).toBe('\uE002');
  });
});
