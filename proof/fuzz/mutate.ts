/** Valid JSON bodies, queries and ids → what a broken or hostile client sends. */
import type { Random } from './random.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const nested = (levels: number): Json => {
  let value: Json = 'x';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? { a: value } : [value];
  return value;
};

const VALUES: readonly (() => Json)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 1.5,
  () => 2 ** 53,
  () => -(2 ** 63),
  () => 1e308,
  () => '',
  () => ' ',
  () => 'x',
  () => '0',
  () => 'auto',
  () => '\u0000',
  () => '\ud800',
  () => '👩‍👩‍👧‍👦\u202e\ufeff',
  () => "'; DROP TABLE files; --",
  () => '../../etc/passwd',
  () => 'a'.repeat(10_000),
  () => '%s%n\\',
  () => 'file-000000000000',
  () => [],
  () => ({}),
  () => [null],
  () => [[]],
  () => ['a', 1, null, {}],
  () => Array.from({ length: 300 }, () => 'a'),
  () => ({ type: 'text' }),
  () => ({ type: 'function', function: {} }),
  () => ({ toString: 'x', constructor: { prototype: {} }, length: -1 }),
  () => Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`k${at}`, 'v'])),
  () => nested(8),
  () => nested(95),
  () => nested(150),
].map((make) => make as () => Json);

const KEYS = [
  'x',
  '',
  '__proto__',
  'constructor',
  'toString',
  'a.b[0]',
  '\u0000',
  'é👍',
  'stream',
  'model',
  'metadata',
  'k'.repeat(500),
];

interface Position {
  holder: Json[] | { [key: string]: Json };
  key: string | number;
}

function positionsOf(value: Json, found: Position[] = []): Position[] {
  if (typeof value !== 'object' || value === null) return found;
  const holder = value;
  const keys = Array.isArray(holder) ? holder.keys() : Object.keys(holder);
  for (const key of keys) {
    found.push({ holder, key });
    positionsOf((holder as Record<string | number, Json>)[key] as Json, found);
  }
  return found;
}

/** JSON text: a key may stand twice in it, and levels may be too deep for `JSON.stringify`. */
export function mutateBody(valid: Json, random: Random): string {
  if (random.below(25) === 0) return brokenText(JSON.stringify(valid), random);
  let body = structuredClone(valid);
  const count = 1 + random.below(2);
  for (let at = 0; at < count; at += 1) body = mutateOnce(body, random);
  const text = JSON.stringify(body);
  return random.below(12) === 0 ? withTwin(text, random) : text;
}

function mutateOnce(body: Json, random: Random): Json {
  const positions = positionsOf(body);
  if (positions.length === 0 || random.below(40) === 0) return random.pick(VALUES)();
  const { holder, key } = random.pick(positions);
  const at = holder as Record<string | number, Json>;
  const value = at[key] as Json;
  switch (random.below(6)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete at[key];
      break;
    case 1:
      if (Array.isArray(holder)) holder.push(structuredClone(value));
      else define(holder, random.pick(KEYS), random.pick(VALUES)());
      break;
    case 2:
      at[key] = Array.isArray(value) ? Object.fromEntries(value.entries()) : [value];
      break;
    case 3:
      at[key] = typeof value === 'object' && value !== null ? JSON.stringify(value) : { value };
      break;
    default:
      at[key] = random.pick(VALUES)();
  }
  return body;
}

/** An own property of any name. */
function define(holder: object, key: string, value: Json): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function withTwin(text: string, random: Random): string {
  const key = /^\{"((?:[^"\\]|\\.)*)":/.exec(text)?.[1];
  return key === undefined ? text : `{"${key}":${JSON.stringify(random.pick(['x', 1, null]))},${text.slice(1)}`;
}

function brokenText(text: string, random: Random): string {
  switch (random.below(6)) {
    case 4:
      return `{"x":${'['.repeat(3000)}${']'.repeat(3000)}}`;
    case 0:
      return text.slice(0, random.below(text.length));
    case 1:
      return `${text}${random.pick(['}', ',', 'x', '\u0000'])}`;
    case 2:
      return text.replaceAll('"', "'");
    case 3:
      return '';
    default:
      return '['.repeat(1 + random.below(20_000));
  }
}

const TEXTS = [
  '',
  'x',
  '-1',
  '0',
  '1e9',
  '99999999999999999999',
  'null',
  '%00',
  '%ff',
  '%F0%9F%91%8D',
  'a'.repeat(3000),
  '..%2f..%2f',
  "'--",
  '[]',
];
const QUERY_NAMES = [
  'limit',
  'order',
  'after',
  'before',
  'filter',
  'purpose',
  'include[]',
  'include',
  'metadata[a]',
  'metadata[]',
  'x',
  'a[b][c]',
  '__proto__[x]',
  '%00',
];

export function mutateQuery(names: readonly string[], random: Random): string {
  const pairs = Array.from({ length: random.below(4) }, () => {
    const name = names.length > 0 && random.below(3) > 0 ? random.pick(names) : random.pick(QUERY_NAMES);
    return `${name}=${random.pick(TEXTS)}`;
  });
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

/** A segment of a path; percent-encoded. */
export function mutateId(id: string, random: Random): string {
  const wrong = [
    `${id}x`,
    id.slice(0, -1),
    'x',
    'null',
    '%00',
    '%F0%9F%91%8D',
    '..%2f',
    '%zz',
    'a'.repeat(4000),
    "'--",
    '*',
    'undefined',
    id.toUpperCase(),
  ];
  return random.pick(wrong) || 'x';
}
