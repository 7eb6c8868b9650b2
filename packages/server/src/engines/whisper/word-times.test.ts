import { expect, it } from 'vitest';
import { withinVoice } from './word-times.ts';

const VOICES = [
  { start: 0.3, end: 1 },
  { start: 2, end: 3 },
];

it.each([
  ['the silence before it', { start: 0, end: 0.5 }, { start: 0.3, end: 0.5 }],
  ['the silence behind it', { start: 0.6, end: 1.8 }, { start: 0.6, end: 1 }],
  ['a pause before it', { start: 1.2, end: 2.5 }, { start: 2, end: 2.5 }],
  ['the end of the window', { start: 2.5, end: 4 }, { start: 2.5, end: 3 }],
])('a word does not contain %s', (_what, word, within) => {
  expect(withinVoice(word, VOICES)).toEqual(within);
});

it('a word in the voice, across a pause, in a silence or without a known voice stays as it is', () => {
  for (const word of [
    { start: 0.5, end: 0.9 },
    { start: 0.9, end: 2.1 },
    { start: 1.2, end: 1.8 },
  ]) {
    expect(withinVoice(word, VOICES)).toEqual(word);
  }
  expect(withinVoice({ start: 0, end: 1 }, [])).toEqual({ start: 0, end: 1 });
});
