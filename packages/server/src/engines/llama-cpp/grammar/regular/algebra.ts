/**
 * Regular languages as expressions with intersection and complement, by Brzozowski's derivatives. Pure.
 * Invariants: equal expressions are one object (compare by `===`), so that derivation terminates; an algebra counts its
 * steps and throws TooLargeError above `MAX_STEPS`, so that its running time is bounded for every expression.
 */

/** Code points from the first to the last. */
export type Range = readonly [first: number, last: number];

export interface Expression {
  readonly id: number;
  /** Whether the empty string belongs to the language. */
  readonly nullable: boolean;
  readonly node: Node;
}

type Node =
  | { kind: 'nothing' }
  | { kind: 'empty' }
  | { kind: 'chars'; ranges: readonly Range[] }
  | { kind: 'seq'; head: Expression; tail: Expression }
  | { kind: 'or' | 'and'; parts: readonly Expression[] }
  | { kind: 'not'; body: Expression }
  | { kind: 'repeat'; body: Expression; min: number; max: number }
  | MultipleNode;

/** Decimals that are a multiple of `of / 10 ** scale`, after the digits read so far. */
interface MultipleNode {
  kind: 'multiple';
  of: number;
  scale: number;
  /** (digits so far × `10 ** scale`) mod `of`. */
  residue: number;
  /** Digits after the decimal point so far; undefined = no point yet. */
  places: number | undefined;
}

export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

export const LAST_CODE_POINT = 0x10ffff;
const MAX_STEPS = 90_000;
const [ZERO, NINE, POINT, MINUS] = [0x30, 0x39, 0x2e, 0x2d];

export class Algebra {
  readonly nothing: Expression;
  readonly empty: Expression;
  /** Every string. */
  readonly everything: Expression;
  readonly #interned = new Map<string, Expression>();
  /** Keyed by expression id, then by code point. */
  readonly #derivatives: Map<number, Expression>[] = [];
  readonly #cuts = new Map<number, readonly number[]>();
  #steps = 0;

  constructor() {
    this.nothing = this.#intern('0', { kind: 'nothing' }, false);
    this.empty = this.#intern('1', { kind: 'empty' }, true);
    this.everything = this.not(this.nothing);
  }

  /** One character of the ranges, which may be in any order. */
  chars(ranges: readonly Range[]): Expression {
    const sorted = union(ranges);
    if (sorted.length === 0) return this.nothing;
    return this.#intern(`c${sorted.join(';')}`, { kind: 'chars', ranges: sorted }, false);
  }

  text(text: string): Expression {
    return this.seq(
      ...Array.from(text, (character) => {
        const code = character.codePointAt(0) ?? 0;
        return this.chars([[code, code]]);
      }),
    );
  }

  seq(...parts: readonly Expression[]): Expression {
    return parts.reduceRight((tail, head) => this.#join(head, tail), this.empty);
  }

  or(...parts: readonly Expression[]): Expression {
    return this.#combine('or', parts);
  }

  and(...parts: readonly Expression[]): Expression {
    return this.#combine('and', parts);
  }

  not(body: Expression): Expression {
    if (body.node.kind === 'not') return body.node.body;
    return this.#intern(`n${body.id}`, { kind: 'not', body }, !body.nullable);
  }

  /** `max` may be Infinity. */
  repeat(body: Expression, min: number, max: number): Expression {
    if (max === 0 || body === this.empty) return this.empty;
    if (body === this.nothing) return min === 0 ? this.empty : this.nothing;
    if (min === 1 && max === 1) return body;
    const least = body.nullable ? 0 : min;
    return this.#intern(
      `r${body.id},${least},${max}`,
      { kind: 'repeat', body, min: least, max },
      least === 0 || body.nullable,
    );
  }

  /** Decimal numbers, with or without a sign, that are an integer multiple of `of / 10 ** scale`. */
  multiple(of: number, scale: number): Expression {
    return this.#multiple({ kind: 'multiple', of, scale, residue: 0, places: undefined });
  }

  matches(expression: Expression, text: string): boolean {
    let at = expression;
    for (const character of text) at = this.derive(at, character.codePointAt(0) ?? 0);
    return at.nullable;
  }

  /** The derivative: the strings that may follow `code` in the language. */
  derive(expression: Expression, code: number): Expression {
    let byCode = this.#derivatives[expression.id];
    if (byCode === undefined) {
      byCode = new Map();
      this.#derivatives[expression.id] = byCode;
    }
    const known = byCode.get(code);
    if (known !== undefined) return known;
    this.#step();
    const derived = this.#derive(expression, code);
    byCode.set(code, derived);
    return derived;
  }

  /** Code points at which the derivative may change, ascending. It is constant between two of them. */
  cuts(expression: Expression): readonly number[] {
    const known = this.#cuts.get(expression.id);
    if (known !== undefined) return known;
    const found = [...new Set(this.#findCuts(expression))].sort((a, b) => a - b);
    this.#step(found.length);
    this.#cuts.set(expression.id, found);
    return found;
  }

  #step(weight = 1): void {
    this.#steps += weight;
    if (this.#steps > MAX_STEPS) throw new TooLargeError('it is too complex to be enforced');
  }

  #intern(key: string, node: Node, nullable: boolean): Expression {
    const known = this.#interned.get(key);
    if (known !== undefined) return known;
    this.#step();
    const expression = { id: this.#interned.size, nullable, node };
    this.#interned.set(key, expression);
    return expression;
  }

  #join(head: Expression, tail: Expression): Expression {
    if (head === this.nothing || tail === this.nothing) return this.nothing;
    if (head === this.empty) return tail;
    if (tail === this.empty) return head;
    if (head.node.kind === 'seq') return this.#join(head.node.head, this.#join(head.node.tail, tail));
    return this.#intern(`s${head.id},${tail.id}`, { kind: 'seq', head, tail }, head.nullable && tail.nullable);
  }

  #combine(kind: 'or' | 'and', parts: readonly Expression[]): Expression {
    const [neutral, absorbing] = kind === 'or' ? [this.nothing, this.everything] : [this.everything, this.nothing];
    const flat = parts.flatMap((part) => (part.node.kind === kind ? part.node.parts : [part]));
    if (flat.includes(absorbing)) return absorbing;
    const distinct = [...new Set(flat)].filter((part) => part !== neutral).sort((a, b) => a.id - b.id);
    const [first] = distinct;
    if (first === undefined) return neutral;
    if (distinct.length === 1) return first;
    this.#step(distinct.length);
    const nullable = kind === 'or' ? distinct.some((part) => part.nullable) : distinct.every((part) => part.nullable);
    return this.#intern(`${kind}${distinct.map(({ id }) => id).join()}`, { kind, parts: distinct }, nullable);
  }

  #multiple(node: MultipleNode): Expression {
    const { of, scale, residue, places } = node;
    return this.#intern(`m${of},${scale},${residue},${places ?? ''}`, node, residue === 0);
  }

  #derive({ node }: Expression, code: number): Expression {
    switch (node.kind) {
      case 'nothing':
      case 'empty':
        return this.nothing;
      case 'chars':
        return node.ranges.some(([first, last]) => first <= code && code <= last) ? this.empty : this.nothing;
      case 'seq': {
        const first = this.#join(this.derive(node.head, code), node.tail);
        return node.head.nullable ? this.or(first, this.derive(node.tail, code)) : first;
      }
      case 'or':
      case 'and':
        return this.#combine(
          node.kind,
          node.parts.map((part) => this.derive(part, code)),
        );
      case 'not':
        return this.not(this.derive(node.body, code));
      case 'repeat': {
        const rest = this.repeat(node.body, Math.max(node.min - 1, 0), node.max - 1);
        return this.#join(this.derive(node.body, code), rest);
      }
      case 'multiple':
        return this.#deriveMultiple(node, code);
    }
  }

  #deriveMultiple(node: MultipleNode, code: number): Expression {
    const { of, scale, residue, places } = node;
    if (code === MINUS) return this.#multiple(node);
    if (code === POINT) return places === undefined ? this.#multiple({ ...node, places: 0 }) : this.nothing;
    if (code < ZERO || code > NINE) return this.nothing;
    // Only zeros may follow the last decimal place of the multiple.
    if (places !== undefined && places >= scale) return code === ZERO ? this.#multiple(node) : this.nothing;
    const digit = code - ZERO;
    if (places === undefined) return this.#multiple({ ...node, residue: (residue * 10 + digit * 10 ** scale) % of });
    const worth = 10 ** (scale - places - 1);
    return this.#multiple({ ...node, residue: (residue + digit * worth) % of, places: places + 1 });
  }

  #findCuts({ node }: Expression): number[] {
    switch (node.kind) {
      case 'nothing':
      case 'empty':
        return [];
      case 'chars':
        return node.ranges.flatMap(([first, last]) => [first, last + 1]);
      case 'seq':
        return [...this.cuts(node.head), ...(node.head.nullable ? this.cuts(node.tail) : [])];
      case 'or':
      case 'and':
        return node.parts.flatMap((part) => this.cuts(part));
      case 'not':
      case 'repeat':
        return [...this.cuts(node.body)];
      case 'multiple':
        return Array.from({ length: NINE - MINUS + 2 }, (_, index) => MINUS + index);
    }
  }
}

/** The same code points as disjoint ranges in order. */
export function union(ranges: readonly Range[]): Range[] {
  const joined: Range[] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before !== undefined && first <= before[1] + 1)
      joined[joined.length - 1] = [before[0], Math.max(before[1], last)];
    else joined.push([first, last]);
  }
  return joined;
}

/** Every code point that is in none of the ranges. */
export function complement(ranges: readonly Range[]): Range[] {
  const outside: Range[] = [];
  let from = 0;
  for (const [first, last] of union(ranges)) {
    if (from < first) outside.push([from, first - 1]);
    from = last + 1;
  }
  if (from <= LAST_CODE_POINT) outside.push([from, LAST_CODE_POINT]);
  return outside;
}
