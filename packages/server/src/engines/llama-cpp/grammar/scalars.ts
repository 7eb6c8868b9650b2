/** Strings and numbers: regular languages, written as one rule per state. */
import { numberLanguage } from './numbers.ts';
import type { Algebra, Expression } from './regular/algebra.ts';
import { addAutomaton, toAutomaton, type Writing } from './regular/automaton.ts';
import { parsePattern } from './regular/pattern.ts';
import { NUMBER_FORMATS, STRING_FORMATS } from './string-formats.ts';
import { type FlatSchema, guard, NothingFits, SchemaFault, type Walk } from './walk.ts';

/** Repetitions that one rule of the engine's grammar may have. */
const MOST_REPEATS = 1000;
/** Longer strings are not written, also where they were allowed. */
const MOST_LENGTH = MOST_REPEATS * MOST_REPEATS;

export function fromString(walk: Walk, schema: FlatSchema): string {
  const { minLength = 0, maxLength, pattern, format } = schema;
  const path = walk.pathOf(schema);
  if (maxLength !== undefined && maxLength < minLength)
    throw new NothingFits(`${path}/maxLength`, 'it is less than minLength');
  if (pattern === undefined && format === undefined) {
    if (minLength === 0 && maxLength === undefined) return walk.rules.shared('string');
    return `"\\"" ${repeatChar(walk, minLength, maxLength, path)} "\\""`;
  }
  const at = `${path}/${pattern === undefined ? 'format' : 'pattern'}`;
  const rule = addLanguage(walk, { language: stringLanguage(walk, schema), writing: 'json', path: at });
  return `"\\"" ${rule} "\\""`;
}

/** The strings that are valid for the keywords of strings. */
export function stringLanguage(walk: Walk, schema: FlatSchema): Expression {
  const { algebra } = walk;
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern = [], format = [] } = schema;
  const path = walk.pathOf(schema);
  const any = algebra.chars([[0, 0x10ffff]]);
  const length =
    minLength === 0 && maxLength === Number.POSITIVE_INFINITY
      ? algebra.everything
      : algebra.repeat(any, minLength, maxLength);
  return guard(`${path}/pattern`, () =>
    algebra.and(
      length,
      ...pattern.map((source) => parsePattern(algebra, source)),
      ...format.map((name) => formatLanguage(algebra, name, path)),
    ),
  );
}

/** The same with `enum`: every string that is valid for the schema. */
export function stringsOf(walk: Walk, schema: FlatSchema): Expression {
  const { algebra } = walk;
  if (schema.type !== undefined && !schema.type.includes('string')) return algebra.nothing;
  const texts = schema.enum?.filter((value) => typeof value === 'string').map((value) => algebra.text(value));
  return algebra.and(stringLanguage(walk, schema), texts === undefined ? algebra.everything : algebra.or(...texts));
}

function formatLanguage(algebra: Algebra, name: string, path: string): Expression {
  const source = Object.hasOwn(STRING_FORMATS, name) ? STRING_FORMATS[name] : undefined;
  if (source === undefined)
    throw new SchemaFault(`${path}/format`, `the format ${JSON.stringify(name)} is not supported`);
  return parsePattern(algebra, source, 'whole');
}

/** `char{min,max}`, for any number of characters in rules of bounded size. */
function repeatChar(walk: Walk, min: number, max: number | undefined, path: string): string {
  const char = walk.rules.shared('char');
  if (min > MOST_LENGTH) throw new SchemaFault(`${path}/minLength`, `more than ${MOST_LENGTH} is not supported`);
  const least = repeatExactly(walk, char, min);
  if (max === undefined) return `${least} ${char}*`;
  return `${least} ${repeatAtMost(walk, char, Math.min(max, MOST_LENGTH) - min)}`;
}

function repeatExactly(walk: Walk, char: string, count: number): string {
  if (count < MOST_REPEATS) return count === 0 ? '' : `${char}{${count}}`;
  const block = walk.rules.add('chars', `${char}{${MOST_REPEATS}}`);
  const rest = count % MOST_REPEATS;
  return `${block}{${Math.floor(count / MOST_REPEATS)}}${rest === 0 ? '' : ` ${char}{${rest}}`}`;
}

/** Whole blocks, then the rest of one: each length has one way to be written. */
function repeatAtMost(walk: Walk, char: string, count: number): string {
  if (count <= 0) return '';
  if (count < MOST_REPEATS) return `${char}{0,${count}}`;
  const block = walk.rules.add('chars', `${char}{${MOST_REPEATS}}`);
  const blocks = Math.floor((count + 1) / MOST_REPEATS) - 1;
  return `${blocks === 0 ? '' : `${block}{0,${blocks}} `}${char}{0,${MOST_REPEATS - 1}}`;
}

export function fromNumber(walk: Walk, schema: FlatSchema, integer: boolean): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf = [], format = [] } = schema;
  const path = walk.pathOf(schema);
  const bounds = { minimum, maximum, exclusiveMinimum, exclusiveMaximum };
  for (const name of format) {
    const range = Object.hasOwn(NUMBER_FORMATS, name) ? NUMBER_FORMATS[name] : undefined;
    if (range === undefined)
      throw new SchemaFault(`${path}/format`, `the format ${JSON.stringify(name)} is not supported for numbers`);
    bounds.minimum = Math.max(bounds.minimum ?? range[0], range[0]);
    bounds.maximum = Math.min(bounds.maximum ?? range[1], range[1]);
  }
  const free = Object.values(bounds).every(
    (bound) => bound === undefined || Math.abs(bound) === Number.POSITIVE_INFINITY,
  );
  if (free && multipleOf.length === 0) return walk.rules.shared(integer ? 'integer' : 'number');
  const key = JSON.stringify([bounds, multipleOf, integer]);
  const known = walk.languages.get(key);
  if (known !== undefined) return known;
  const language = guard(path, () => numberLanguage(walk.algebra, { ...bounds, multipleOf, integer, path }));
  const rule = addLanguage(walk, { language, writing: 'plain', path });
  walk.languages.set(key, rule);
  return rule;
}

interface LanguageOptions {
  language: Expression;
  writing: Writing;
  path: string;
}

/** Adds a regular language to the grammar. Throws NothingFits when it is empty. */
export function addLanguage(walk: Walk, { language, writing, path }: LanguageOptions): string {
  // Equal expressions are one object, so that a language is written once.
  const key = `${writing} ${language.id}`;
  const known = walk.languages.get(key);
  if (known !== undefined) return known;
  const states = guard(path, () => toAutomaton(walk.algebra, language));
  if (states.length === 0) throw new NothingFits(path, 'no value fits what it asks for');
  const rule = addAutomaton(walk.rules, states, writing);
  walk.languages.set(key, rule);
  return rule;
}
