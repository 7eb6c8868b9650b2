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

/** Returns the `texts` that belong to the language of the options. */
function accepted(options: Partial<Parameters<typeof numberLanguage>[1]>, texts: readonly string[]): string[] {
  const algebra = new Algebra();
  const language = numberLanguage(algebra, { ...NONE, ...options });
  return texts.filter((text) => algebra.matches(language, text));
}

describe('numberLanguage', () => {
  it.each(BOUNDS)('accepts exactly the integers that satisfy the bound %i', (bound) => {
    const texts = NUMBERS.map(String);
    const filterTexts = (fits: (value: number) => boolean) => NUMBERS.filter(fits).map(String);
    expect(accepted({ minimum: bound }, texts)).toEqual(filterTexts((value) => value >= bound));
    expect(accepted({ maximum: bound }, texts)).toEqual(filterTexts((value) => value <= bound));
    expect(accepted({ exclusiveMinimum: bound }, texts)).toEqual(filterTexts((value) => value > bound));
    expect(accepted({ exclusiveMaximum: bound }, texts)).toEqual(filterTexts((value) => value < bound));
    expect(accepted({ minimum: bound, multipleOf: [7] }, texts)).toEqual(
      filterTexts((value) => value >= bound && value % 7 === 0),
    );
  });

  it('accepts exactly the decimals that satisfy a fractional bound', () => {
    const filterTexts = (fits: (value: number) => boolean) => DECIMALS.filter((text) => fits(Number(text)));
    for (const bound of [-60.25, -0.25, 0, 0.25, 60.25]) {
      expect(accepted({ minimum: bound, integer: false }, DECIMALS)).toEqual(filterTexts((value) => value >= bound));
      expect(accepted({ exclusiveMaximum: bound, integer: false }, DECIMALS)).toEqual(
        filterTexts((value) => value < bound),
      );
    }
  });
});
