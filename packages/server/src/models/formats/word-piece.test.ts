import { describe, expect, it } from 'vitest';
import { createWordPieceTokenizer } from './word-piece.ts';

const control = ['[UNK]', '[SEP]'];
const begin = ['un', 'want', 'running', 'cafe', 'e', '東', '京', '.', '$', 'σ', 'ass', 'ß'].map(
  (piece) => `\u2581${piece}`,
);
const pieces = [...control, ...begin, 'want', 'ed', 'runn', 'ing', 'ς'];
const tokenize = createWordPieceTokenizer({ pieces, control: new Set(control), unknownId: 0 });
const read = (text: string) => tokenize(text).map((id) => pieces[id]);

describe('createWordPieceTokenizer', () => {
  it('splits a word into the longest known pieces from the left', () => {
    expect(read('unwanted running')).toEqual(['\u2581un', 'want', 'ed', '\u2581running']);
  });

  it('a word with an unknown piece or more than 100 characters becomes one unknown token', () => {
    expect(read('unwantedx running')).toEqual(['[UNK]', '\u2581running']);
    expect(read('e'.repeat(101))).toEqual(['[UNK]']);
  });

  it('lower-cases letter by letter and strips accents, but keeps marks that are letters', () => {
    expect(read('CAFÉ cafe\u0301 Σ ß')).toEqual(['\u2581cafe', '\u2581cafe', '\u2581σ', '\u2581ß']);
  });

  it('ideographs, punctuation and ASCII symbols are words of one character', () => {
    expect(read('東京e.$')).toEqual(['\u2581東', '\u2581京', '\u2581e', '\u2581.', '\u2581$']);
  });

  it('removes control and format characters, and treats every space alike', () => {
    expect(read('un\u200bwant\u0007ed\u00a0e\u3000e\te\u0085')).toEqual([
      '\u2581un',
      'want',
      'ed',
      ...Array(3).fill('\u2581e'),
    ]);
  });

  it('a special token written in the text yields its id', () => {
    expect(read('e [SEP]e')).toEqual(['\u2581e', '[SEP]', '\u2581e']);
    expect(read('[sep]')).toEqual(['[UNK]', '[UNK]', '[UNK]']);
  });

  it('returns no tokens for an empty text', () => {
    expect(read(' \n')).toEqual([]);
  });
});
