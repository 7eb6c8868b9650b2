/** Strings and numbers as regular languages, with one grammar rule per state. */
import { numberLanguage } from './numbers.ts';
import type { Algebra, Expression } from './regular/algebra.ts';
import { addAutomaton, toAutomaton, type Writing } from './regular/automaton.ts';
import { parsePattern } from './regular/pattern.ts';
import { NUMBER_FORMATS, STRING_FORMATS } from './string-formats.ts';
import { type FlatSchema, guard, SchemaError, UnsatisfiableSchemaError, type Walk } from './walk.ts';

/** Maximum repetitions in one rule of the grammar engine. */
const MAX_REPEATS = 1000;
/** Maximum length of a string with a length limit, even if the schema allows more. */
const MAX_STRING_CHARS = MAX_REPEATS * MAX_REPEATS;

export function fromString(walk: Walk, schema: FlatSchema): string {
  const { minLength = 0, maxLength, pattern, format } = schema;
  const path = walk.pathOf(schema);
  if (maxLength !== undefined && maxLength < minLength)
    throw new UnsatisfiableSchemaError(`${path}/maxLength`, 'it is less than minLength');
  if (pattern === undefined && format === undefined) {
    if (minLength === 0 && maxLength === undefined) return walk.rules.shared('string');
    return `"\\"" ${repeatChar(walk, minLength, maxLength, path)} "\\""`;
  }
  const at = `${path}/${pattern === undefined ? 'format' : 'pattern'}`;
  const rule = addLanguage(walk, { language: stringLanguage(walk, schema), writing: 'json', path: at });
  return `"\\"" ${rule} "\\""`;
}

/** Returns the language of strings that are valid for the string keywords. */
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

/** Returns the language of all strings that are valid for the schema, including `enum`. */
export function stringsOf(walk: Walk, schema: FlatSchema): Expression {
  const { algebra } = walk;
  if (schema.type !== undefined && !schema.type.includes('string')) return algebra.nothing;
  const texts = schema.enum?.filter((value) => typeof value === 'string').map((value) => algebra.text(value));
  return algebra.and(stringLanguage(walk, schema), texts === undefined ? algebra.everything : algebra.or(...texts));
}

function formatLanguage(algebra: Algebra, name: string, path: string): Expression {
  const source = Object.hasOwn(STRING_FORMATS, name) ? STRING_FORMATS[name] : undefined;
  if (source === undefined)
    throw new SchemaError(`${path}/format`, `the format ${JSON.stringify(name)} is not supported`);
  return parsePattern(algebra, source, 'whole');
}

/** Returns `char{min,max}`, split into rules with at most `MAX_REPEATS` repetitions. */
function repeatChar(walk: Walk, min: number, max: number | undefined, path: string): string {
  const char = walk.rules.shared('char');
  if (min > MAX_STRING_CHARS)
    throw new SchemaError(`${path}/minLength`, `more than ${MAX_STRING_CHARS} is not supported`);
  const least = repeatExactly(walk, char, min);
  if (max === undefined) return `${least} ${char}*`;
  return `${least} ${repeatAtMost(walk, char, Math.min(max, MAX_STRING_CHARS) - min)}`;
}

function repeatExactly(walk: Walk, char: string, count: number): string {
  if (count < MAX_REPEATS) return count === 0 ? '' : `${char}{${count}}`;
  const block = walk.rules.add('chars', `${char}{${MAX_REPEATS}}`);
  const rest = count % MAX_REPEATS;
  return `${block}{${Math.floor(count / MAX_REPEATS)}}${rest === 0 ? '' : ` ${char}{${rest}}`}`;
}

/** Full blocks, then a partial one, so that each length has one derivation. */
function repeatAtMost(walk: Walk, char: string, count: number): string {
  if (count <= 0) return '';
  if (count < MAX_REPEATS) return `${char}{0,${count}}`;
  const block = walk.rules.add('chars', `${char}{${MAX_REPEATS}}`);
  const blocks = Math.floor((count + 1) / MAX_REPEATS) - 1;
  return `${blocks === 0 ? '' : `${block}{0,${blocks}} `}${char}{0,${MAX_REPEATS - 1}}`;
}

export function fromNumber(walk: Walk, schema: FlatSchema, integer: boolean): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf = [], format = [] } = schema;
  const path = walk.pathOf(schema);
  const bounds = { minimum, maximum, exclusiveMinimum, exclusiveMaximum };
  for (const name of format) {
    const range = Object.hasOwn(NUMBER_FORMATS, name) ? NUMBER_FORMATS[name] : undefined;
    if (range === undefined)
      throw new SchemaError(`${path}/format`, `the format ${JSON.stringify(name)} is not supported for numbers`);
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

/** Adds a regular language to the grammar. Throws UnsatisfiableSchemaError when it is empty. */
export function addLanguage(walk: Walk, { language, writing, path }: LanguageOptions): string {
  // Equal expressions are one object, so each language is added once.
  const key = `${writing} ${language.id}`;
  const known = walk.languages.get(key);
  if (known !== undefined) return known;
  const states = guard(path, () => toAutomaton(walk.algebra, language));
  if (states.length === 0) throw new UnsatisfiableSchemaError(path, 'no value is valid for it');
  const rule = addAutomaton(walk.rules, states, writing);
  walk.languages.set(key, rule);
  return rule;
}
