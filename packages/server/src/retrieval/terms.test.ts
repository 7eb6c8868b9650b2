import { expect, it } from 'vitest';
import { countTerms, eachTerm } from './terms.ts';

const terms = (text: string) => [...eachTerm(text)];

it('ignores case, width, punctuation and English plural of words', () => {
  expect(terms('The CATS, the “Ｃａｔ”; cities & buses!')).toEqual(['the', 'cat', 'the', 'cat', 'city', 'buse']);
  expect(terms('glass bus class gas')).toEqual(['glass', 'bus', 'class', 'gas']);
  expect(terms('Straße naïve 3.14')).toEqual(['straße', 'naïve', '3', '14']);
});

it('returns pairs of characters for scripts without spaces', () => {
  expect(terms('東京都 is big').toSorted()).toEqual(['big', 'is', '京都', '東京'].toSorted());
  expect(terms('猫')).toEqual(['猫']);
});

it('counts words and truncates overlong ones', () => {
  expect(countTerms('a b a')).toEqual(
    new Map([
      ['a', 2],
      ['b', 1],
    ]),
  );
  expect(terms('x'.repeat(100))).toEqual(['x'.repeat(64)]);
  expect(terms('…!')).toEqual([]);
});
