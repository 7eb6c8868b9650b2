/**
 * Flattens schemas: merges `allOf`, and keywords beside `$ref`, `anyOf` or `oneOf`, into one set of keywords.
 * Invariants: the flat schema accepts the same values; an unknown or malformed keyword throws SchemaError with its
 * path.
 */
import { isAnnotation } from './keywords.ts';
import { mergeFlat, type Note } from './merge.ts';
import type { PreparedSchema } from './prepare-schema.ts';
import { type Flat, type FlatSchema, MalformedSchemaError, type Schema, SchemaError, type Walk } from './walk.ts';

const isSchema = (value: unknown) => typeof value === 'boolean' || isObject(value);
const isSchemas = (value: unknown) => Array.isArray(value) && value.length > 0;
const isMap = (value: unknown) => isObject(value);
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
const isText = (value: unknown) => typeof value === 'string';
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);

type Check = readonly [accepts: (value: unknown) => boolean, what: string];
const SCHEMA: Check = [isSchema, 'a schema'];
const SCHEMAS: Check = [isSchemas, 'a list of at least one schema'];
const MAP: Check = [isMap, 'an object of schemas'];
const COUNT: Check = [isCount, 'a whole number from 0'];
const NUMBER: Check = [isNumber, 'a number'];
const TEXT: Check = [isText, 'a string'];

const KEYWORDS: Readonly<Record<string, Check>> = {
  $ref: TEXT,
  allOf: SCHEMAS,
  anyOf: SCHEMAS,
  oneOf: SCHEMAS,
  type: [(value) => isText(value) || (isTexts(value) && isSchemas(value)), 'a type or a list of types'],
  enum: [isSchemas, 'a list of at least one value'],
  const: [() => true, ''],
  minLength: COUNT,
  maxLength: COUNT,
  pattern: TEXT,
  format: TEXT,
  minimum: NUMBER,
  maximum: NUMBER,
  exclusiveMinimum: NUMBER,
  exclusiveMaximum: NUMBER,
  multipleOf: [(value) => isNumber(value) && Number(value) > 0, 'a number above 0'],
  properties: MAP,
  patternProperties: MAP,
  additionalProperties: SCHEMA,
  propertyNames: SCHEMA,
  required: [isTexts, 'a list of names'],
  minProperties: COUNT,
  maxProperties: COUNT,
  prefixItems: [Array.isArray, 'a list of schemas'],
  items: [(value) => isSchema(value) || Array.isArray(value), 'a schema'],
  additionalItems: SCHEMA,
  minItems: COUNT,
  maxItems: COUNT,
};

const TYPES = ['string', 'integer', 'number', 'object', 'array', 'boolean', 'null'];

export type Flattener = Pick<Walk, 'flatten' | 'pathOf' | 'derived'>;

/** Calls `count` for each schema; it throws when there are too many. */
export function createFlattener({ follow, pathOf: preparedPath }: PreparedSchema, count: () => void): Flattener {
  /** Paths of schemas that this module creates. */
  const paths = new WeakMap<object, string>();
  const known = new WeakMap<object, Flat>();
  const pathOf = (schema: unknown) => (isObject(schema) ? (preparedPath(schema) ?? paths.get(schema) ?? '') : '');

  const flatten = (schema: unknown): Flat => {
    if (schema === true) return {};
    if (schema === false) return false;
    if (!isObject(schema)) throw new MalformedSchemaError(pathOf(schema), 'it must be a schema: a JSON object');
    const before = known.get(schema);
    if (before !== undefined) return before;
    count();
    const path = pathOf(schema);
    check(schema, path);
    const flat = flattenObject(schema, path);
    known.set(schema, flat);
    return note(flat, path);
  };

  /** Records that `schema` was derived from the schema at `path`. */
  const note = <T>(schema: T, path: string): T => {
    if (isObject(schema) && preparedPath(schema) === undefined && !paths.has(schema)) paths.set(schema, path);
    return schema;
  };

  /** Follows references, so that their target can be merged with other keywords. */
  const resolve = (flat: Flat, path: string): Flat => {
    let at = flat;
    for (let steps = 0; at !== false && at.$ref !== undefined; steps += 1) {
      if (steps > MAX_STEPS) throw new SchemaError(`${path}/$ref`, 'it leads back to itself');
      at = flatten(follow(at.$ref));
    }
    return at;
  };

  const flattenObject = (schema: Schema, path: string): Flat => {
    const { $ref, allOf, anyOf, oneOf, ...rest } = schema;
    const own = toOwn(rest, path);
    const parts: unknown[] = [
      ...($ref === undefined ? [] : [note({ $ref }, path)]),
      ...((allOf ?? []) as unknown[]),
      ...(anyOf === undefined ? [] : [note({ anyOf }, path)]),
      ...(oneOf === undefined ? [] : [note({ oneOf }, path)]),
    ];
    const [only] = parts;
    if (Object.keys(own).length === 0) {
      if (parts.length === 0) return own;
      if (parts.length === 1) return allOf === undefined ? (only as FlatSchema) : flatten(only);
    }
    return parts.reduce<Flat>((merged, part) => {
      if (merged === false) return false;
      const bare = isObject(part) && ('anyOf' in part || 'oneOf' in part) && Object.keys(part).length === 1;
      const flat = resolve(bare ? (part as FlatSchema) : flatten(part), path);
      return flat === false ? false : merge([merged, flat], path, (inner) => note(inner, path));
    }, own);
  };

  return { flatten, pathOf, derived: (schema, from) => note(schema, pathOf(from)) };
}

function merge([a, b]: readonly [FlatSchema, FlatSchema], path: string, note: Note): Flat {
  try {
    return mergeFlat(a, b, note);
  } catch (error) {
    if (error instanceof SchemaError && error.path === '') throw new SchemaError(path, error.message);
    throw error;
  }
}

const MAX_STEPS = 100;

function check(schema: Schema, path: string): void {
  for (const [key, value] of Object.entries(schema)) {
    if (isAnnotation(key)) continue;
    const [accepts, what] = (Object.hasOwn(KEYWORDS, key) ? KEYWORDS[key] : undefined) ?? [];
    if (accepts === undefined) throw new SchemaError(`${path}/${key}`, `'${key}' is not supported`);
    if (!accepts(value)) throw new MalformedSchemaError(`${path}/${key}`, `it must be ${what}`);
  }
}

/** Returns the keywords that describe values, in their flat form. */
function toOwn(schema: Schema, path: string): FlatSchema {
  const own = Object.fromEntries(Object.entries(schema).filter(([key]) => Object.hasOwn(KEYWORDS, key)));
  const { const: constant, additionalItems, ...flat } = own;
  for (const key of ['pattern', 'format', 'multipleOf']) if (flat[key] !== undefined) flat[key] = [flat[key]];
  if (flat['type'] !== undefined) flat['type'] = toTypes([flat['type']].flat().map(String), path);
  if ('const' in own) {
    if (flat['enum'] !== undefined) throw new SchemaError(`${path}/const`, "it is not supported beside 'enum'");
    flat['enum'] = [constant];
  }
  if (Array.isArray(flat['items'])) {
    // Tuples were written this way before draft 2020-12.
    if (flat['prefixItems'] !== undefined) throw new MalformedSchemaError(`${path}/items`, 'it must be a schema');
    flat['prefixItems'] = flat['items'];
    flat['items'] = additionalItems;
    if (additionalItems === undefined) delete flat['items'];
  }
  return flat as FlatSchema;
}

function toTypes(types: readonly string[], path: string): string[] {
  const unknownType = types.find((type) => !TYPES.includes(type));
  if (unknownType !== undefined) throw new MalformedSchemaError(`${path}/type`, `'${unknownType}' is not a JSON type`);
  // `number` includes `integer`.
  return [...new Set(types)].filter((type) => type !== 'integer' || !types.includes('number'));
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
