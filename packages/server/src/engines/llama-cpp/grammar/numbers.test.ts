import { describe, expect, it } from 'vitest';
import { numberLanguage } from './numbers.ts';
import { Algebra } from './regular/algebra.ts';

const NONE = {
  minimum: undefined,
  maximum: undefined,
  exclusiveMinimum: undefined,
  exclusiveMaximum: undefined,
  multipleOf: [],
  integer: true,
  path: '',
};

const BOUNDS = [-1000, -59, -7, -1, 0, 1, 7, 59, 1000];
const NUMBERS = [
  ...Array.from({ length: 141 }, (_, i) => i - 70),
  -1001,
  -1000,
  -999,
  999,
  1000,
  1001,
  123_456,
  -123_456,
];

const DECIMALS = ['-60.5', '-60', '-59.99', '-1.5', '-0.25', '0', '0.25', '1.5', '59.99', '60', '60.5'];

/** Which of `texts` belong to the language of the options. */
function fitting(options: Partial<Parameters<typeof numberLanguage>[1]>, texts: readonly string[]): string[] {
  const algebra = new Algebra();
  const language = numberLanguage(algebra, { ...NONE, ...options });
  return texts.filter((text) => algebra.matches(language, text));
}

describe('numberLanguage', () => {
  it.each(BOUNDS)('holds integers to bounds of %i as arithmetic does, on both sides of zero', (bound) => {
    const texts = NUMBERS.map(String);
    const those = (fits: (value: number) => boolean) => NUMBERS.filter(fits).map(String);
    expect(fitting({ minimum: bound }, texts)).toEqual(those((value) => value >= bound));
    expect(fitting({ maximum: bound }, texts)).toEqual(those((value) => value <= bound));
    expect(fitting({ exclusiveMinimum: bound }, texts)).toEqual(those((value) => value > bound));
    expect(fitting({ exclusiveMaximum: bound }, texts)).toEqual(those((value) => value < bound));
    expect(fitting({ minimum: bound, multipleOf: [7] }, texts)).toEqual(
      those((value) => value >= bound && value % 7 === 0),
    );
  });

  it('holds decimals to bounds between them', () => {
    const those = (fits: (value: number) => boolean) => DECIMALS.filter((text) => fits(Number(text)));
    for (const bound of [-60.25, -0.25, 0, 0.25, 60.25]) {
      expect(fitting({ minimum: bound, integer: false }, DECIMALS)).toEqual(those((value) => value >= bound));
      expect(fitting({ exclusiveMaximum: bound, integer: false }, DECIMALS)).toEqual(those((value) => value < bound));
    }
  });
});
