/**
 * Expressions → automata → GBNF rules, one rule per state. Pure.
 * Invariant: an accepting state can be reached from every state, so generation under the grammar never gets stuck.
 */
import type { Rules } from '../rules.ts';
import { type Algebra, type Expression, type Range, TooLargeError, union } from './algebra.ts';

export interface Edge {
  on: Range[];
  to: number;
}

export interface State {
  accepts: boolean;
  edges: Edge[];
}

/** How characters are written: `plain` = unescaped, `json` = escaped as in a JSON string. */
export type Writing = 'plain' | 'json';

/** Code points that answers may contain: tab, LF and CR are the only control characters; no surrogates. */
const WRITABLE: readonly Range[] = [
  [0x09, 0x0a],
  [0x0d, 0x0d],
  [0x20, 0x7e],
  [0x80, 0xd7ff],
  [0xe000, 0x10ffff],
];

const JSON_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
]);

const MAX_STATES = 2000;

/**
 * Returns the states; the start state is first. Returns none when the language contains no writable string. Throws
 * TooLargeError.
 */
export function toAutomaton(algebra: Algebra, expression: Expression): State[] {
  const states: State[] = [];
  const numbers = new Map<Expression, number>();
  const queue: Expression[] = [];
  const numberOf = (state: Expression): number => {
    const known = numbers.get(state);
    if (known !== undefined) return known;
    if (numbers.size >= MAX_STATES) throw new TooLargeError('it is too complex to be enforced');
    numbers.set(state, numbers.size);
    queue.push(state);
    return numbers.size - 1;
  };
  numberOf(expression);
  for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
    const targets = new Map<number, Range[]>();
    for (const [first, last] of intervals(algebra.cuts(state))) {
      const derived = algebra.derive(state, first);
      if (derived === algebra.nothing) continue;
      const to = numberOf(derived);
      targets.set(to, [...(targets.get(to) ?? []), [first, last]]);
    }
    states.push({ accepts: state.nullable, edges: [...targets].map(([to, on]) => ({ on, to })) });
  }
  return merge(trim(states));
}

export function isEmpty(algebra: Algebra, expression: Expression): boolean {
  return toAutomaton(algebra, expression).length === 0;
}

/** Splits the writable code points at `cuts`. */
function intervals(cuts: readonly number[]): Range[] {
  return WRITABLE.flatMap(([first, last]) => {
    const starts = [first, ...cuts.filter((cut) => cut > first && cut <= last)];
    return starts.map((start, index): Range => [start, (starts[index + 1] ?? last + 1) - 1]);
  });
}

/** Removes states from which no accepting state can be reached. */
function trim(states: readonly State[]): State[] {
  const before = states.map((): number[] => []);
  for (const [from, { edges }] of states.entries()) for (const { to } of edges) before[to]?.push(from);
  const alive = new Set<number>();
  const queue = [...states.keys()].filter((state) => states[state]?.accepts);
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    if (alive.has(state)) continue;
    alive.add(state);
    queue.push(...(before[state] ?? []));
  }
  if (!alive.has(0)) return [];
  const kept = [...alive].sort((a, b) => a - b);
  const numbers = new Map(kept.map((state, index) => [state, index]));
  return kept.map((state) => {
    const { accepts = false, edges = [] } = states[state] ?? {};
    return {
      accepts,
      edges: edges.flatMap(({ on, to }) => {
        const number = numbers.get(to);
        return number === undefined ? [] : [{ on, to: number }];
      }),
    };
  });
}

const MERGE_ROUNDS = 2;

/** Merges states with equal edges. Two passes from the last state backwards find most of them, not all. */
function merge(states: readonly State[]): State[] {
  let merged = [...states];
  for (let round = 0; round < MERGE_ROUNDS; round += 1) {
    const firsts = new Map<string, number>();
    const same = merged.map((_, at) => at);
    for (let at = merged.length - 1; at > 0; at -= 1) {
      const { accepts = false, edges = [] } = merged[at] ?? {};
      const key = `${accepts} ${edges.map(({ on, to }) => `${same[to]}:${on.join(';')}`).join(' ')}`;
      same[at] = firsts.get(key) ?? at;
      firsts.set(key, same[at] ?? at);
    }
    const kept = merged
      .keys()
      .filter((at) => same[at] === at)
      .toArray();
    if (kept.length === merged.length) break;
    const positions = new Map(kept.map((at, position) => [at, position]));
    const numbers = same.map((at) => positions.get(at) ?? 0);
    merged = kept.map((at) => {
      const { accepts = false, edges = [] } = merged[at] ?? {};
      return { accepts, edges: joinEdges(edges, numbers) };
    });
  }
  return merged;
}

function joinEdges(edges: readonly Edge[], numbers: readonly number[]): Edge[] {
  const byTarget = new Map<number, Range[]>();
  for (const { on, to } of edges) {
    const target = numbers[to] ?? to;
    byTarget.set(target, [...(byTarget.get(target) ?? []), ...on]);
  }
  return [...byTarget].map(([to, on]) => ({ on: union(on), to })).sort((a, b) => a.to - b.to);
}

/** Adds the rules of a non-empty automaton. Returns the name of the start rule. */
export function addAutomaton(rules: Rules, states: readonly State[], writing: Writing): string {
  const arrivals = states.map(() => 0);
  for (const { edges } of states) for (const { to } of edges) arrivals[to] = (arrivals[to] ?? 0) + 1;
  /** Whether the state can be written inline in the rule before it, which keeps the grammar short. */
  const follows = (at: number) =>
    at !== 0 && arrivals[at] === 1 && !states[at]?.accepts && states[at]?.edges.length === 1;
  const isEnd = (at: number) => at !== 0 && states[at]?.accepts === true && states[at]?.edges.length === 0;
  const names = states.map((_, at) => (follows(at) || isEnd(at) ? '' : rules.reserve('state')));
  const path = ({ on, to }: Edge): string => {
    let body = toClass(on, writing);
    let at = to;
    for (let [next] = states[at]?.edges ?? []; follows(at) && next !== undefined; [next] = states[at]?.edges ?? []) {
      body += ` ${toClass(next.on, writing)}`;
      at = next.to;
    }
    return isEnd(at) ? body : `${body} ${names[at]}`;
  };
  for (const [at, { accepts, edges }] of states.entries()) {
    const name = names[at] ?? '';
    if (name !== '') rules.define(name, [...edges.map(path), ...(accepts ? ['""'] : [])].join(' | '));
  }
  return names[0] ?? '';
}

function toClass(ranges: readonly Range[], writing: Writing): string {
  const escaped = writing === 'plain' ? [] : [...JSON_ESCAPES.keys()];
  const escapes = escaped.flatMap((code) => (contains(ranges, code) ? [toEscape(code)] : []));
  const plain = ranges.flatMap((range) => without(range, escaped));
  const members = plain.map(([first, last]) => (first === last ? toUnit(first) : `${toUnit(first)}-${toUnit(last)}`));
  const all = [...(members.length === 0 ? [] : [`[${members.join('')}]`]), ...escapes];
  return all.length === 1 ? all.join('') : `(${all.join(' | ')})`;
}

const contains = (ranges: readonly Range[], code: number) =>
  ranges.some(([first, last]) => first <= code && code <= last);

function without(range: Range, codes: readonly number[]): Range[] {
  return codes.reduce<Range[]>(
    (parts, code) =>
      parts.flatMap(([first, last]): Range[] => {
        if (code < first || code > last) return [[first, last]];
        return [
          ...(first < code ? ([[first, code - 1]] satisfies Range[]) : []),
          ...(code < last ? ([[code + 1, last]] satisfies Range[]) : []),
        ];
      }),
    [range],
  );
}

function toEscape(code: number): string {
  const written = JSON_ESCAPES.get(code) ?? '';
  return `"${written.replaceAll(/["\\]/g, (character) => `\\${character}`)}"`;
}

function toUnit(code: number): string {
  const character = String.fromCodePoint(code);
  if (/[A-Za-z0-9]/.test(character)) return character;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
