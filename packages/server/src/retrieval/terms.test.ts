import { expect, it } from 'vitest';
import { countTerms, eachTerm } from './terms.ts';

const terms = (text: string) => [...eachTerm(text)];

it('finds words without regard to case, width, marks of punctuation and the English plural', () => {
  expect(terms('The CATS, the “Ｃａｔ”; cities & buses!')).toEqual(['the', 'cat', 'the', 'cat', 'city', 'buse']);
  expect(terms('glass bus class gas')).toEqual(['glass', 'bus', 'class', 'gas']);
  expect(terms('Straße naïve 3.14')).toEqual(['straße', 'naïve', '3', '14']);
});

it('gives pairs of characters where words have no spaces between them', () => {
  expect(terms('東京都 is big').toSorted()).toEqual(['big', 'is', '京都', '東京'].toSorted());
  expect(terms('猫')).toEqual(['猫']);
});

it('counts words, and cuts what is too long to be one', () => {
  expect(countTerms('a b a')).toEqual(
    new Map([
      ['a', 2],
      ['b', 1],
    ]),
  );
  expect(terms('x'.repeat(100))).toEqual(['x'.repeat(64)]);
  expect(terms('…!')).toEqual([]);
});
