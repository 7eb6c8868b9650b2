/**
 * Converts the errors of Ajv to one ApiError with the `param`, `code` and wording of the OpenAI API. Pure.
 * Invariant: of the errors of a union, the deepest one is reported, and of several at one depth the one at the greatest
 * list index: it belongs to the branch that matched longest.
 */
import type { ErrorObject } from 'ajv/dist/2020.js';
import type { ApiError } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import type { SchemaDocument } from './schema-document.ts';

const WRAPPERS = new Set(['anyOf', 'oneOf', 'if', 'not']);

export function toApiError(found: readonly ErrorObject[], document: SchemaDocument): ApiError {
  const specific = found.filter((error) => !WRAPPERS.has(error.keyword));
  const candidates = specific.length > 0 ? specific : found;
  const depth = Math.max(...candidates.map((error) => pathOf(error).length));
  const deepest = atGreatestIndex(candidates.filter((error) => pathOf(error).length === depth));
  const first = deepest.find((error) => error.keyword !== 'type') ?? deepest[0];
  if (first === undefined) return errors.badRequest('it does not fit its schema.');
  if (first.keyword === 'type') return typeError(deepest);
  return fromKeyword(first, document);
}

/** Returns the errors with the greatest list indexes, compared from the outermost list inwards. */
function atGreatestIndex(found: readonly ErrorObject[]): readonly ErrorObject[] {
  const positioned = found.map((error) => ({ error, indexes: pathOf(error).filter(isIndex).map(Number) }));
  const last = positioned.map(({ indexes }) => indexes).reduce((a, b) => (compare(a, b) < 0 ? b : a), []);
  return positioned.filter(({ indexes }) => compare(indexes, last) === 0).map(({ error }) => error);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((index, i) => index !== b[i]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
}

function fromKeyword(error: ErrorObject, document: SchemaDocument): ApiError {
  const param = toParam(pathOf(error));
  const { params } = error;
  switch (error.keyword) {
    case 'required':
      return errors.missingParameter(join(param, String(params['missingProperty'])));
    case 'additionalProperties':
      return errors.unknownParameter(join(param, String(params['additionalProperty'])));
    case 'discriminator':
      return discriminatorError(error, param, document);
    case 'enum':
      return errors.invalidValue(param, notAmong(error.data, params['allowedValues'] as unknown[]));
    case 'const':
      return errors.invalidValue(param, notAmong(error.data, [params['allowedValue']]));
    case 'pattern':
      return errors.invalidValue(
        param,
        `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '${params['pattern']}'.`,
      );
    default:
      return boundError(error, param);
  }
}

function discriminatorError(error: ErrorObject, param: string, document: SchemaDocument): ApiError {
  const tag = String(error.params['tag']);
  const path = join(param, tag);
  const value: unknown = error.params['tagValue'];
  if (value === undefined) return errors.missingParameter(path);
  const allowed = tagValues(error.parentSchema as TaggedSchema, tag, document);
  if (typeof value !== 'string') return errors.invalidType(path, `one of ${quoteAll(allowed)}`, describe(value));
  return errors.invalidValue(path, notAmong(value, allowed));
}

interface TaggedSchema {
  oneOf?: { $ref?: string; properties?: Record<string, { const?: string; enum?: string[] }> }[];
}

/** Returns the tag values of a discriminated union, in the order of its variants. */
function tagValues(union: TaggedSchema, tag: string, document: SchemaDocument): string[] {
  return (union.oneOf ?? []).flatMap((variant) => {
    const name = variant.$ref?.split('/').at(-1) ?? '';
    const schema = (variant.$ref === undefined ? variant : document.components.schemas[name]) as
      | typeof variant
      | undefined;
    const property = schema?.properties?.[tag];
    return property?.enum ?? (property?.const === undefined ? [] : [property.const]);
  });
}

function typeError(found: readonly ErrorObject[]): ApiError {
  const first = found[0];
  const expected = [...new Set(found.flatMap((error) => [error.params['type']].flat().map(String)))].filter(
    (t) => t !== 'null',
  );
  const names = expected.map(withArticle);
  const text =
    names.length > 1 ? `one of ${names.slice(0, -1).join(', ')} or ${names.at(-1)}` : (names[0] ?? 'another type');
  const param = first === undefined ? '' : toParam(pathOf(first));
  return errors.invalidType(param === '' ? null : param, text, describe(first?.data));
}

/** By keyword. An empty noun stands for a number. */
const BOUNDS: Record<string, readonly [noun: string, side: 'above_max' | 'below_min', unit: 'value' | 'length']> = {
  maximum: ['', 'above_max', 'value'],
  exclusiveMaximum: ['', 'above_max', 'value'],
  minimum: ['', 'below_min', 'value'],
  exclusiveMinimum: ['', 'below_min', 'value'],
  maxLength: ['string', 'above_max', 'length'],
  minLength: ['string', 'below_min', 'length'],
  maxItems: ['array', 'above_max', 'length'],
  minItems: ['array', 'below_min', 'length'],
  maxProperties: ['object', 'above_max', 'length'],
  minProperties: ['object', 'below_min', 'length'],
};

function boundError(error: ErrorObject, param: string): ApiError {
  const bound = BOUNDS[error.keyword];
  if (bound === undefined) return errors.invalidValue(param, `Invalid '${param}': ${error.message ?? 'not allowed'}.`);
  const [noun, side, unit] = bound;
  const limit = Number(error.params['limit']);
  if (unit === 'value') {
    const kind = error.schema !== undefined && integerExpected(error) ? 'integer' : 'decimal';
    const sign = side === 'above_max' ? '<=' : '>=';
    const words = side === 'above_max' ? 'above maximum' : 'below minimum';
    const message = `Invalid '${param}': ${kind} ${words} value. Expected a value ${sign} ${limit}, but got ${String(error.data)} instead.`;
    return errors.outOfRange(param, message, `${kind}_${side}_value`);
  }
  const size = sizeOf(error.data);
  if (size === 0 && noun !== 'object') {
    const message = `Invalid '${param}': empty ${noun}. Expected ${withArticle(noun)} with minimum length ${limit}, but got an empty ${noun} instead.`;
    return errors.outOfRange(param, message, `empty_${noun}`);
  }
  const word = side === 'above_max' ? 'maximum' : 'minimum';
  const what = noun === 'object' ? 'properties' : 'length';
  const problem =
    noun === 'object'
      ? `${side === 'above_max' ? 'too many' : 'too few'} properties`
      : `${noun} too ${side === 'above_max' ? 'long' : 'short'}`;
  const message = `Invalid '${param}': ${problem}. Expected ${withArticle(noun)} with ${word} ${what} ${limit}, but got ${withArticle(noun)} with ${what} ${size} instead.`;
  return errors.outOfRange(param, message, `${noun}_${side}_${what}`);
}

function integerExpected(error: ErrorObject): boolean {
  return [(error.parentSchema as { type?: unknown } | undefined)?.type].flat().includes('integer');
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}

function notAmong(value: unknown, allowed: readonly unknown[]): string {
  const known = allowed.filter((item) => item !== null);
  const got = typeof value === 'string' ? `'${value.slice(0, 200)}'` : describe(value);
  return known.length === 1
    ? `Invalid value: ${got}. Value must be ${quoteAll(known)}.`
    : `Invalid value: ${got}. Supported values are: ${quoteAll(known)}.`;
}

function quoteAll(values: readonly unknown[]): string {
  const quoted = values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value)));
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1)}`;
}

const ARTICLED: Record<string, string> = {
  number: 'a decimal',
  integer: 'an integer',
  array: 'an array',
  object: 'an object',
  boolean: 'a boolean',
  string: 'a string',
};

function withArticle(type: string): string {
  return ARTICLED[type] ?? type;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  return value === undefined ? 'nothing' : withArticle(typeof value);
}

function pathOf(error: ErrorObject): string[] {
  return error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** `/messages/0/content` → `messages[0].content`. */
function toParam(path: readonly string[]): string {
  return path.reduce((param, part) => (isIndex(part) && param !== '' ? `${param}[${part}]` : join(param, part)), '');
}

function join(param: string, property: string): string {
  return param === '' ? property : `${param}.${property}`;
}

function isIndex(part: string): boolean {
  return /^\d+$/.test(part);
}
