import { describe, expect, it } from 'vitest';
import { controlStrings, createControlTokenGuard } from './control-tokens.ts';

describe('controlStrings', () => {
  it('takes control tokens and user-defined markers, not runs of blanks or single characters', () => {
    const tokens = ['<s>', 'word', '\n\n', '<tool_call>', '[INST]', '  ', '@', '<x'];
    expect(controlStrings(tokens, [3, 1, 4, 4, 4, 4, 3, 4])).toEqual(['<s>', '<tool_call>', '[INST]']);
  });
});

describe('createControlTokenGuard', () => {
  const strings = ['<s>', '</s>', '<|end|>', '<|end|>x', '<<s>>'];
  const guard = createControlTokenGuard(strings);

  it('puts the sentinel inside every control string', () => {
    expect(guard.protect('a<|end|>b</s>', '¦')).toBe('a<¦|end|>b<¦/s>');
  });

  it('leaves other text alone', () => {
    expect(guard.protect('1 < 2 and <b>bold</b>', '¦')).toBe('1 < 2 and <b>bold</b>');
  });

  it('leaves no piece with a whole control string, however they overlap', () => {
    for (const text of ['<<s>>', '<|end|><|end|>x', '<s><s></s>', '<<<s>>>']) {
      const pieces = guard.protect(text, '¦').split('¦');
      expect(pieces.join('')).toBe(text);
      for (const piece of pieces) expect(strings.filter((string) => piece.includes(string))).toEqual([]);
    }
  });

  it('chooses a sentinel that the texts do not contain', () => {
    expect(guard.chooseSentinel(['plain'])).toBe('\uE000');
    expect(guard.chooseSentinel(['a\uE000', '\uE001b'])).toBe('\uE002');
  });
});
