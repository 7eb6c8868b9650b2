import { describe, expect, it } from 'vitest';
import { tokenizeContinuation } from './continuation.ts';

const BOS = 1;
const codes = (text: string) => Array.from(text, (character) => character.charCodeAt(0));
const options = {
  tokenizer: { tokenize: (text: string, continues: boolean) => codes(continues ? `+${text}` : text), bos: BOS },
  vocabulary: 300,
  empty: 2,
  middle: { prefix: 200, suffix: 201, middle: 202 },
};
const request = { sampling: { temperature: 0, topP: 1 } };

describe('tokenizeContinuation', () => {
  it('adds the BOS token to a text and to token ids unless they start with it', () => {
    const expected = { prompt: [BOS, 97, 98], from: 1 };
    expect(tokenizeContinuation({ ...request, prompt: 'ab' }, options)).toEqual(expected);
    expect(tokenizeContinuation({ ...request, prompt: [97, 98] }, options)).toEqual(expected);
    expect(tokenizeContinuation({ ...request, prompt: [BOS, 97] }, options)).toEqual({ prompt: [BOS, 97], from: 0 });
  });

  it('adds no BOS token if the model has none, except for an empty text', () => {
    const bare = { ...options, tokenizer: { ...options.tokenizer, bos: undefined } };
    expect(tokenizeContinuation({ ...request, prompt: 'ab' }, bare)).toEqual({ prompt: [97, 98], from: 0 });
    expect(tokenizeContinuation({ ...request, prompt: '' }, bare)).toEqual({ prompt: [2], from: 1 });
    const nothing = () => tokenizeContinuation({ ...request, prompt: '' }, { ...bare, empty: undefined });
    expect(nothing).toThrow("Invalid 'prompt'");
  });

  it('adds the fill-in-the-middle tokens for a text with a suffix', () => {
    const { prompt } = tokenizeContinuation({ ...request, prompt: 'a', suffix: 'b' }, options);
    expect(prompt).toEqual([BOS, 200, 97, 201, ...codes('+b'), 202]);
  });

  it('refuses a token id outside the vocabulary', () => {
    expect(() => tokenizeContinuation({ ...request, prompt: [97, 300] }, options)).toThrow(
      expect.objectContaining({ failure: { code: 'unknown_token', param: 'prompt', token: 300, vocabulary: 300 } }),
    );
  });
});
