/**
 * Bounded numbers and multiples as regular languages of decimals. Pure.
 * Invariant: at most 15 significant digits, so that the parsed double compares with the bounds as its digits do.
 */
import type { Algebra, Expression } from './regular/algebra.ts';
import { SchemaError } from './walk.ts';

export interface NumberOptions {
  minimum: number | undefined;
  maximum: number | undefined;
  exclusiveMinimum: number | undefined;
  exclusiveMaximum: number | undefined;
  /** The number is a multiple of each. */
  multipleOf: readonly number[];
  integer: boolean;
  path: string;
}

const MAX_DIGITS = 15;
/** Digits after the decimal point, unless a bound has more. */
const DEFAULT_DECIMAL_PLACES = 6;
/** Each remainder is a separate state for each number of digits. */
const MAX_REMAINDERS = 300;
const MAX_STATES = 1500;

export function numberLanguage(algebra: Algebra, options: NumberOptions): Expression {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, path } = options;
  const decimals = new Decimals(algebra);
  const lower = [
    ...(minimum === undefined ? [] : [{ bound: toDecimal(minimum), open: false }]),
    ...(exclusiveMinimum === undefined ? [] : [{ bound: toDecimal(exclusiveMinimum), open: true }]),
  ];
  const upper = [
    ...(maximum === undefined ? [] : [{ bound: toDecimal(maximum), open: false }]),
    ...(exclusiveMaximum === undefined ? [] : [{ bound: toDecimal(exclusiveMaximum), open: true }]),
  ];
  // Negative numbers use the bounds mirrored at zero, and exclude -0. `above` is the complement of `below`, so it also
  // contains strings that start with a minus: `positive` excludes them.
  const positive = algebra.and(
    algebra.not(algebra.seq(algebra.text('-'), algebra.everything)),
    ...lower.map(({ bound, open }) => (bound.negative ? algebra.everything : decimals.above(bound, open))),
    ...upper.map(({ bound, open }) => (bound.negative ? algebra.nothing : decimals.below(bound, open))),
  );
  const negative = algebra.and(
    decimals.above(ZERO, true),
    ...lower.map(({ bound, open }) => (bound.negative ? decimals.below(bound, open) : algebra.nothing)),
    ...upper.map(({ bound, open }) => (bound.negative ? decimals.above(bound, open) : algebra.everything)),
  );
  const places = options.integer
    ? 0
    : Math.max(...[...lower, ...upper].map(({ bound }) => bound.fraction.length + 1), DEFAULT_DECIMAL_PLACES);
  const multiples = multipleOf.map((each) => toMultiple(algebra, each, path));
  const remainders = multiples.reduce((product, { states }) => product * states, 1);
  const digits = Math.min(Math.max(Math.floor(MAX_STATES / remainders), 5), MAX_DIGITS);
  return algebra.and(
    algebra.or(positive, algebra.seq(algebra.text('-'), negative)),
    algebra.seq(algebra.repeat(algebra.text('-'), 0, 1), decimals.shape(digits, places)),
    ...multiples.map(({ language }) => language),
  );
}

interface Multiple {
  language: Expression;
  /** Number of distinct remainders. */
  states: number;
}

function toMultiple(algebra: Algebra, multiple: number, path: string): Multiple {
  const { whole, fraction } = toDecimal(multiple);
  const scale = fraction.length;
  // Trailing zeros need no remainders: a multiple of 60 is a multiple of 6 followed by a zero.
  const [digits = '', zeros = ''] = /^(.*?)(0*)$/.exec(whole + fraction)?.slice(1) ?? [];
  const of = Number(digits);
  if (of > MAX_REMAINDERS || scale > DEFAULT_DECIMAL_PLACES)
    throw new SchemaError(`${path}/multipleOf`, `multiples of ${multiple} cannot be enforced`);
  const language = algebra.multiple(of, scale);
  if (zeros === '') return { language, states: of / gcd(of, 10 ** scale) };
  return { language: algebra.or(algebra.text('0'), algebra.seq(language, algebra.text(zeros))), states: of };
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

interface Decimal {
  negative: boolean;
  /** Digits without leading zeros, at least one. */
  whole: string;
  /** Digits without trailing zeros. */
  fraction: string;
}

const ZERO: Decimal = { negative: false, whole: '0', fraction: '' };

/** Returns the shortest decimal without an exponent that parses to the number. */
function toDecimal(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = Math.abs(value).toString().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const point = whole.length + Number(exponent);
  const digits = `${'0'.repeat(Math.max(0, -point))}${whole}${fraction}`.padEnd(point, '0');
  const at = Math.max(point, 0);
  return {
    negative: value < 0,
    whole: digits.slice(0, at).replace(/^0+/, '') || '0',
    fraction: digits.slice(at).replace(/0+$/, ''),
  };
}

/** Languages of decimals without a sign: `0`, `7.25`, no leading zeros. */
class Decimals {
  readonly #algebra: Algebra;
  readonly #digit: Expression;

  constructor(algebra: Algebra) {
    this.#algebra = algebra;
    this.#digit = this.#digits(0, 9);
  }

  /** Decimals with at most `digits` digits before the point, `places` after it, and 15 in total. */
  shape(digits: number, places: number): Expression {
    const most = Math.min(places, MAX_DIGITS - 1);
    const before = (behind: number) => Math.min(digits, MAX_DIGITS - behind);
    const shapes = [this.#natural(1, before(0))];
    if (most > 0) shapes.push(this.#point(this.#natural(1, before(most)), most));
    if (most > DEFAULT_DECIMAL_PLACES)
      shapes.push(this.#point(this.#natural(1, before(DEFAULT_DECIMAL_PLACES)), DEFAULT_DECIMAL_PLACES));
    return this.#algebra.or(...shapes);
  }

  /** Decimals up to the bound, which `open` excludes. */
  below({ whole, fraction }: Decimal, open: boolean): Expression {
    const algebra = this.#algebra;
    const length = whole.length;
    const fewer = length > 1 ? [this.#natural(1, length - 1)] : [];
    const smaller = this.#smaller(whole, length === 1 ? 0 : 1);
    const equal = algebra.seq(algebra.text(whole), this.#fractionBelow(fraction, open));
    return algebra.or(algebra.seq(algebra.or(...fewer, ...smaller), this.#anyFraction()), equal);
  }

  above(bound: Decimal, open: boolean): Expression {
    return this.#algebra.not(this.below(bound, !open));
  }

  #digits(from: number, to: number): Expression {
    return this.#algebra.chars(from > to ? [] : [[0x30 + from, 0x30 + to]]);
  }

  #natural(min: number, max: number): Expression {
    const algebra = this.#algebra;
    const long = algebra.seq(this.#digits(1, 9), algebra.repeat(this.#digit, Math.max(min, 1) - 1, max - 1));
    return min <= 1 ? algebra.or(algebra.text('0'), long) : long;
  }

  #point(whole: Expression, most: number): Expression {
    return this.#algebra.seq(whole, this.#algebra.text('.'), this.#algebra.repeat(this.#digit, 1, most));
  }

  #anyFraction(): Expression {
    const algebra = this.#algebra;
    const some = algebra.seq(algebra.text('.'), algebra.repeat(this.#digit, 1, Number.POSITIVE_INFINITY));
    return algebra.or(algebra.empty, some);
  }

  /** Smaller numbers with the same number of digits; the first digit is at least `first`. */
  #smaller(digits: string, first: number): Expression[] {
    const algebra = this.#algebra;
    return Array.from(digits, (digit, index) =>
      algebra.seq(
        algebra.text(digits.slice(0, index)),
        this.#digits(index === 0 ? first : 0, Number(digit) - 1),
        algebra.repeat(this.#digit, digits.length - index - 1, digits.length - index - 1),
      ),
    );
  }

  /** The fractions that may follow the whole part of the bound. */
  #fractionBelow(fraction: string, open: boolean): Expression {
    const algebra = this.#algebra;
    const zeros = algebra.repeat(algebra.text('0'), 0, Number.POSITIVE_INFINITY);
    const any = algebra.repeat(this.#digit, 0, Number.POSITIVE_INFINITY);
    if (fraction === '')
      return open ? algebra.nothing : algebra.or(algebra.empty, algebra.seq(algebra.text('.0'), zeros));
    const behind: Expression[] = Array.from(fraction, (digit, index) =>
      algebra.seq(algebra.text(fraction.slice(0, index)), this.#digits(0, Number(digit) - 1), any),
    );
    // A proper prefix of the fraction is smaller than it, because its last digit is not a zero.
    for (let length = 1; length < fraction.length; length += 1) behind.push(algebra.text(fraction.slice(0, length)));
    if (!open) behind.push(algebra.seq(algebra.text(fraction), zeros));
    return algebra.or(algebra.empty, algebra.seq(algebra.text('.'), algebra.or(...behind)));
  }
}
