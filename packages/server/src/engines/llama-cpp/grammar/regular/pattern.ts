/**
 * Parses ECMAScript regular expressions (`u` flag) into expressions of the algebra. Pure.
 * Invariant: the resulting language is exact. Back references, word boundaries and lookbehind throw PatternError.
 * Lookahead is supported outside groups, where the rest of the pattern is known.
 */
import { type Algebra, complement, type Expression, type Range } from './algebra.ts';

export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** `search`: the string contains a match, as in JSON Schema. `whole`: the entire string is the match. */
export type Matching = 'search' | 'whole';

const MAX_DEPTH = 40;
const MAX_REPEATS = 10_000;

const DIGIT: readonly Range[] = [[0x30, 0x39]];
const WORD: readonly Range[] = [...DIGIT, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]];
const SPACE: readonly Range[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const LINE_ENDS: readonly Range[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];
const CLASSES: Readonly<Record<string, readonly Range[]>> = {
  d: DIGIT,
  D: complement(DIGIT),
  w: WORD,
  W: complement(WORD),
  s: SPACE,
  S: complement(SPACE),
};
const CONTROLS: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, v: 0x0b, f: 0x0c, r: 0x0d, 0: 0 };

/** The expressions before and after the alternatives of a group; undefined = anchors are not supported there. */
interface Around {
  before: Expression | undefined;
  after: Expression | undefined;
}

type Item = Expression | { ahead: Expression; negative: boolean };

/** Throws PatternError. */
export function parsePattern(algebra: Algebra, source: string, matching: Matching = 'search'): Expression {
  return new PatternParser(algebra, source, matching).parse();
}

class PatternParser {
  readonly #algebra: Algebra;
  readonly #units: readonly string[];
  readonly #matching: Matching;
  #at = 0;
  #depth = 0;

  constructor(algebra: Algebra, source: string, matching: Matching) {
    this.#algebra = algebra;
    this.#units = Array.from(source);
    this.#matching = matching;
  }

  parse(): Expression {
    const { everything, empty } = this.#algebra;
    const around = this.#matching === 'search' ? everything : empty;
    const found = this.#alternatives({ before: around, after: around });
    if (this.#at < this.#units.length) throw new PatternError(`')' has no '('`);
    return found;
  }

  #take(unit: string): boolean {
    if (this.#units[this.#at] !== unit) return false;
    this.#at += 1;
    return true;
  }

  #takeText(text: string): boolean {
    if (this.#units.slice(this.#at, this.#at + text.length).join('') !== text) return false;
    this.#at += text.length;
    return true;
  }

  #next(): string {
    const unit = this.#units[this.#at];
    if (unit === undefined) throw new PatternError('it ends too early');
    this.#at += 1;
    return unit;
  }

  #alternatives(around: Around): Expression {
    const branches = [this.#branch(around)];
    while (this.#take('|')) branches.push(this.#branch(around));
    return this.#algebra.or(...branches);
  }

  #branch(around: Around): Expression {
    const { empty } = this.#algebra;
    let { before = empty, after = empty } = around;
    const items: Item[] = [];
    const ends = () => [undefined, '|', ')'].includes(this.#units[this.#at]);
    if (this.#take('^')) {
      if (around.before === undefined) throw new PatternError(`'^' is supported at the beginning only`);
      before = empty;
    }
    const whole = this.#wholeGroup(around, before);
    if (whole !== undefined) return whole;
    while (!ends()) {
      if (this.#take('$')) {
        if (around.after === undefined || !ends()) throw new PatternError(`'$' is supported at the end only`);
        after = empty;
      } else items.push(this.#item(around.after !== undefined));
    }
    return this.#algebra.seq(before, this.#joinItems(items, after));
  }

  /** Parses `(^a$|^b$)`: anchors inside a group that is the whole branch. */
  #wholeGroup(around: Around, before: Expression): Expression | undefined {
    const started = this.#at;
    if (around.before === undefined || before === this.#algebra.empty) return undefined;
    const opened = this.#takeText('(?:') || (this.#units[this.#at + 1] !== '?' && this.#take('('));
    if (opened) {
      const group = this.#nest(() => this.#alternatives(around));
      if (this.#take(')') && [undefined, '|', ')'].includes(this.#units[this.#at])) return group;
    }
    this.#at = started;
    return undefined;
  }

  /** Joins from the last item backwards, because a lookahead applies to everything after it. */
  #joinItems(items: readonly Item[], after: Expression): Expression {
    const algebra = this.#algebra;
    return items.reduceRight<Expression>((rest, item) => {
      if (!('ahead' in item)) return algebra.seq(item, rest);
      return algebra.and(item.negative ? algebra.not(item.ahead) : item.ahead, rest);
    }, after);
  }

  #item(canLookAhead: boolean): Item {
    const negative = this.#takeText('(?!');
    if (negative || this.#takeText('(?=')) {
      if (!canLookAhead) throw new PatternError('looking ahead is not supported inside of groups');
      const ahead = this.#nest(() => this.#alternatives({ before: undefined, after: this.#algebra.everything }));
      if (!this.#take(')')) throw new PatternError(`'(' has no ')'`);
      return { ahead, negative };
    }
    return this.#quantified(this.#atom());
  }

  #nest<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new PatternError('it is nested too deeply');
    const found = parse();
    this.#depth -= 1;
    return found;
  }

  #atom(): Expression {
    const unit = this.#next();
    if (unit === '(') return this.#group();
    if (unit === '[') return this.#algebra.chars(this.#set());
    if (unit === '.') return this.#algebra.chars(complement(LINE_ENDS));
    if (unit === '\\') return this.#algebra.chars(this.#escape(false));
    if (unit === '*' || unit === '+' || unit === '?') throw new PatternError(`there is nothing that '${unit}' repeats`);
    if (unit === '^' || unit === '$') throw new PatternError(`'${unit}' is supported at an end only`);
    return this.#algebra.text(unit);
  }

  #group(): Expression {
    if (this.#take('?')) {
      const named = this.#take('<') && !['=', '!'].includes(this.#units[this.#at] ?? '');
      if (named) while (this.#next() !== '>');
      else if (!this.#take(':')) throw new PatternError('a group of this kind is not supported');
    }
    const group = this.#nest(() => this.#alternatives({ before: undefined, after: undefined }));
    if (!this.#take(')')) throw new PatternError(`'(' has no ')'`);
    return group;
  }

  #quantified(atom: Expression): Expression {
    const counts = this.#quantifier();
    if (counts === undefined) return atom;
    // Laziness does not change the language.
    this.#take('?');
    const [min, max] = counts;
    if (max < min) throw new PatternError('a repetition has its bounds the wrong way round');
    if (min > MAX_REPEATS || (max !== Number.POSITIVE_INFINITY && max > MAX_REPEATS))
      throw new PatternError(`more than ${MAX_REPEATS} repetitions are not supported`);
    return this.#algebra.repeat(atom, min, max);
  }

  #quantifier(): [number, number] | undefined {
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#take('?')) return [0, 1];
    const rest = this.#units.slice(this.#at, this.#at + 14).join('');
    const found = /^\{(\d+)(,?)(\d*)\}/.exec(rest);
    if (found === null) return undefined;
    const [all, min, comma, max] = found;
    this.#at += all.length;
    const least = Number(min);
    return [least, comma === '' ? least : max === '' ? Number.POSITIVE_INFINITY : Number(max)];
  }

  #set(): Range[] {
    const negative = this.#take('^');
    const ranges: Range[] = [];
    while (!this.#take(']')) {
      const first = this.#setMember();
      const isRange = this.#units[this.#at] === '-' && this.#units[this.#at + 1] !== ']';
      if (!isRange) {
        ranges.push(...first);
        continue;
      }
      this.#at += 1;
      const last = this.#setMember();
      const [from, to] = [single(first), single(last)];
      if (from === undefined || to === undefined) ranges.push(...first, ...last, [0x2d, 0x2d]);
      else if (from > to) throw new PatternError('a range has its ends the wrong way round');
      else ranges.push([from, to]);
    }
    return negative ? complement(ranges) : ranges;
  }

  #setMember(): readonly Range[] {
    const unit = this.#next();
    if (unit === '\\') return this.#escape(true);
    const code = unit.codePointAt(0) ?? 0;
    return [[code, code]];
  }

  #escape(inSet: boolean): readonly Range[] {
    const unit = this.#next();
    const known = CLASSES[unit];
    if (known !== undefined) return known;
    const code = this.#escapedCode(unit, inSet);
    return [[code, code]];
  }

  #escapedCode(unit: string, inSet: boolean): number {
    const control = CONTROLS[unit];
    if (control !== undefined) return control;
    if (unit === 'b' && inSet) return 0x08;
    if (unit === 'x') return this.#hex(2);
    if (unit === 'u') {
      if (!this.#take('{')) return this.#hex(4);
      let digits = '';
      for (let digit = this.#next(); digit !== '}'; digit = this.#next()) digits += digit;
      return toCode(digits);
    }
    if (/[A-Za-z0-9]/.test(unit)) throw new PatternError(`'\\${unit}' is not supported`);
    return unit.codePointAt(0) ?? 0;
  }

  #hex(length: number): number {
    return toCode(Array.from({ length }, () => this.#next()).join(''));
  }
}

function toCode(digits: string): number {
  const code = /^[0-9a-fA-F]+$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
  if (code >= 0 && code <= 0x10ffff) return code;
  throw new PatternError(`'${digits}' is not the code of a character`);
}

/** Returns the code point of a set with exactly one member. */
function single(ranges: readonly Range[]): number | undefined {
  const [range] = ranges;
  return ranges.length === 1 && range !== undefined && range[0] === range[1] ? range[0] : undefined;
}
