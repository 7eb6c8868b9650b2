/**
 * Objects: the named properties in the order of the schema, each optional one present or not, then the properties of
 * `additionalProperties` and `patternProperties`. Invariant: the rules of two properties never match the same name.
 */
import { type Extra, languageOfNames, toExtras } from './extra-properties.ts';
import { parsePattern } from './regular/pattern.ts';
import { jsonLiteral } from './rules.ts';
import { toPointerPart } from './schema-references.ts';
import {
  type FlatSchema,
  guard,
  nested,
  type Position,
  SchemaError,
  UnsatisfiableSchemaError,
  type Walk,
} from './walk.ts';

const MAX_PROPERTIES = 5000;
/** Each optional property adds a parallel parse state to the grammar engine. */
const MAX_OPTIONAL = 500;
const MAX_COUNTING_RULES = 20_000;

interface Pair {
  rule: string;
  optional: boolean;
}

export function fromObject(walk: Walk, schema: FlatSchema, position: Position): string {
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY, properties = {} } = schema;
  const path = walk.pathOf(schema);
  walk.counts.properties += Object.keys(properties).length;
  if (walk.counts.properties > MAX_PROPERTIES)
    throw new SchemaError(path, `the schema has more than ${MAX_PROPERTIES} properties`);
  if (isOpen(schema) && minProperties === 0 && maxProperties === Number.POSITIVE_INFINITY)
    return walk.rules.shared('object');
  const pairs = toPairs(walk, schema, position);
  const required = pairs.filter(({ optional }) => !optional).length;
  if (pairs.length - required > MAX_OPTIONAL)
    throw new SchemaError(`${path}/properties`, `more than ${MAX_OPTIONAL} optional properties are not supported`);
  const extras = toExtras(walk, schema, position);
  const min = minProperties <= required ? 0 : minProperties;
  const max = extras.length === 0 && maxProperties >= pairs.length ? Number.POSITIVE_INFINITY : maxProperties;
  if (
    (pairs.length + 1) * Math.min(Math.max(min, max === Number.POSITIVE_INFINITY ? 1 : max), 1e6) >
    MAX_COUNTING_RULES
  )
    throw new SchemaError(
      `${path}/${min > 0 ? 'minProperties' : 'maxProperties'}`,
      'properties cannot be counted up to this number',
    );
  const body = members(walk, pairs, { extras, min, max });
  if (body === undefined) {
    const at = `${path}/${min > 0 ? 'minProperties' : 'maxProperties'}`;
    // Unnamed properties could reach the count, but the grammar cannot ensure that their names differ.
    if (extras.length > 0 && min <= max) throw new SchemaError(at, 'properties cannot be counted up to this number');
    throw new UnsatisfiableSchemaError(at, 'no object can have that many properties');
  }
  return `"{" ${body} "}"`;
}

/** Whether the schema accepts any object. */
function isOpen({
  properties = {},
  patternProperties,
  propertyNames,
  required = [],
  additionalProperties,
}: FlatSchema) {
  const named = Object.keys(properties).length > 0 || required.length > 0 || patternProperties !== undefined;
  return !named && propertyNames === undefined && (additionalProperties === undefined || additionalProperties === true);
}

function toPairs(walk: Walk, schema: FlatSchema, position: Position): Pair[] {
  const { properties = {}, required = [] } = schema;
  const known = Object.keys(properties);
  const others = new Set(required.filter((name) => !Object.hasOwn(properties, name)));
  return [...known, ...others].flatMap((name) => {
    const optional = !required.includes(name);
    try {
      const body = walk.rules.add(name, walk.toBody(schemaOf(walk, schema, name), nested(position)));
      return [{ rule: `${jsonLiteral(name)} ${walk.rules.shared('colon')} ${body}`, optional }];
    } catch (error) {
      // An optional property without a valid value is omitted.
      if (!(error instanceof UnsatisfiableSchemaError)) throw error;
      if (optional) return [];
      throw others.has(name)
        ? new UnsatisfiableSchemaError(`${walk.pathOf(schema)}/required`, `'${name}' is required and not allowed`)
        : error;
    }
  });
}

/** Returns the conjunction of all schemas that apply to the property. */
function schemaOf(walk: Walk, schema: FlatSchema, name: string): unknown {
  const { properties = {}, patternProperties = {}, additionalProperties = true, propertyNames } = schema;
  const all = Object.entries(patternProperties).flatMap(([pattern, value]) =>
    walk.algebra.matches(
      guard(`${walk.pathOf(schema)}/patternProperties/${toPointerPart(pattern)}`, () =>
        parsePattern(walk.algebra, pattern),
      ),
      name,
    )
      ? [value]
      : [],
  );
  if (Object.hasOwn(properties, name)) all.unshift(properties[name]);
  if (propertyNames !== undefined && !walk.algebra.matches(languageOfNames(walk, propertyNames), name)) all.push(false);
  const [first, ...more] = all.length === 0 ? [additionalProperties] : all;
  return more.length === 0 ? first : walk.derived({ allOf: [first, ...more] }, schema);
}

interface Counting {
  extras: readonly Extra[];
  min: number;
  max: number;
}

/** Returns the pairs in order, with commas between those present; undefined = the counts cannot be met. */
function members(walk: Walk, pairs: readonly Pair[], { extras, min, max }: Counting): string | undefined {
  const { rules } = walk;
  const comma = rules.shared('comma');
  const cap = Math.max(min, max === Number.POSITIVE_INFINITY ? 1 : max, 1);
  const counts = Array.from({ length: cap + 1 }, (_, count) => count);
  const extra = extras.length === 0 ? undefined : rules.add('extra', extras.map((each) => each.rule).join(' | '));
  // The rules of the remaining pairs, indexed by the number of pairs before them, up to `cap`.
  let after = counts.map((count) => toExtraMembers(rules.shared('comma'), extra, { count, min, max }));
  for (const { rule, optional } of pairs.toReversed()) {
    const pair = pairs.length > 1 ? rules.add('pair', rule) : rule;
    const next = after;
    after = counts.map((count) => {
      const taken = count + 1 > max ? undefined : next[Math.min(count + 1, cap)];
      const ways = [
        ...(taken === undefined ? [] : [`${count === 0 ? '' : `${comma} `}${pair} ${taken}`]),
        ...(optional && next[count] !== undefined ? [next[count]] : []),
      ];
      return ways.length === 0 ? undefined : rules.add('after', ways.join(' | '));
    });
  }
  return after[0];
}

/** Returns the rule of unnamed properties. Their names may repeat, so only one of them counts towards `min`. */
function toExtraMembers(
  comma: string,
  extra: string | undefined,
  { count, min, max }: { count: number; min: number; max: number },
): string | undefined {
  const needed = Math.max(min - count, 0);
  if (extra === undefined || max - count <= 0) return needed === 0 && count <= max ? '""' : undefined;
  if (needed > 1) return undefined;
  const most = max === Number.POSITIVE_INFINITY ? '' : String(max - count - (count === 0 ? 1 : 0));
  if (count > 0) return `(${comma} ${extra}){${needed},${most}}`;
  const some = `${extra} (${comma} ${extra}){0,${most}}`;
  return needed === 1 ? some : `(${some})?`;
}
