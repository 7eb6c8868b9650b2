/**
 * The policy for JSON Schema keywords: which are enforced, which are annotations, and how the others are handled.
 * With `strict: true` a keyword that cannot be enforced is refused with its path. Otherwise the schema is widened: the
 * keyword is dropped and reported. Invariant: a widened schema accepts every value that the schema accepts.
 */

/** The position of schemas in the value of a keyword. */
export type Holds = 'schema' | 'schemas' | 'map' | 'either';

/** Enforced keywords that contain schemas. */
export const ENFORCED_SUBSCHEMAS: Readonly<Record<string, Holds>> = {
  allOf: 'schemas',
  anyOf: 'schemas',
  oneOf: 'schemas',
  prefixItems: 'schemas',
  items: 'either',
  additionalItems: 'schema',
  properties: 'map',
  patternProperties: 'map',
  additionalProperties: 'schema',
  propertyNames: 'schema',
};

/** Keywords whose values are objects that map names to schemas. */
export const SCHEMA_MAPS = new Set(
  'properties patternProperties $defs definitions dependentSchemas dependencies'.split(' '),
);

/** Keywords whose values are data, in which a key such as `$ref` is not a keyword. */
export const DATA = new Set(['enum', 'const', 'default', 'examples', 'example', 'required', 'dependentRequired']);

/** Keywords that do not affect which values are valid. */
export const ANNOTATIONS = new Set(
  (
    'title description default examples example $schema $id $comment deprecated readOnly writeOnly $vocabulary ' +
    '$defs definitions $anchor $dynamicAnchor $recursiveAnchor strict contentEncoding contentMediaType contentSchema ' +
    'discriminator externalDocs xml'
  ).split(' '),
);

export const isAnnotation = (keyword: string): boolean => ANNOTATIONS.has(keyword) || keyword.startsWith('x-');

/**
 * Keywords that must be dropped together. Without the first keyword, the others would apply to more of a value and
 * refuse values that the schema accepts.
 */
const DEPENDS_ON: Readonly<Record<string, readonly string[]>> = {
  patternProperties: ['additionalProperties'],
  prefixItems: ['items', 'additionalItems'],
};

/** Returns the keywords that are dropped with `keyword`, including itself. */
export function droppedWith(keyword: string, schema: Readonly<Record<string, unknown>>): readonly string[] {
  if (keyword === 'items' && Array.isArray(schema['items'])) return ['items', 'additionalItems'];
  return [keyword, ...(DEPENDS_ON[keyword] ?? [])];
}

/** Whether the keyword accepts every value in this schema. */
export function isWithoutEffect(keyword: string, schema: Readonly<Record<string, unknown>>): boolean {
  const value = schema[keyword];
  switch (keyword) {
    case 'uniqueItems':
    case 'nullable':
      return value === false;
    case 'unevaluatedItems':
    case 'unevaluatedProperties':
      return value === true;
    default:
      return false;
  }
}

const MAX_CONDITION_DEPTH = 8;
const CONDITIONAL = ['then', 'else', 'dependentSchemas', 'dependencies', 'dependentRequired'];
const CONTINUES = [...CONDITIONAL, 'allOf', 'anyOf', 'oneOf'];

/**
 * Returns the property names that occur only in conditions of this schema. The grammar admits named properties only, so
 * a widened schema must name them.
 */
export function conditionalNames(schema: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const names = new Set<string>();
  const collect = (value: unknown, depth: number): void => {
    if (depth > MAX_CONDITION_DEPTH || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const each of value) if (typeof each === 'string') names.add(each);
      return;
    }
    const { properties, required, ...rest } = value as Record<string, unknown>;
    if (typeof properties === 'object' && properties !== null)
      for (const name of Object.keys(properties)) names.add(name);
    collect(required, depth + 1);
    collectFrom(rest, CONTINUES, depth + 1);
  };
  const collectFrom = (from: Readonly<Record<string, unknown>>, keywords: readonly string[], depth: number): void => {
    for (const keyword of keywords) {
      const value = from[keyword];
      if (typeof value !== 'object' || value === null) continue;
      const isOne = keyword === 'then' || keyword === 'else';
      for (const each of isOne ? [value] : Object.values(value)) collect(each, depth);
    }
  };
  collectFrom(schema, CONDITIONAL, 0);
  return names;
}
