/**
 * JSON Schema → GBNF: what is decoded under the grammar validates against the schema, always.
 * Invariant: a keyword that the grammar cannot enforce is refused with its path, never passed over. Where a schema leaves a choice
 * (properties it does not name, the order of properties) the grammar takes the narrower side: named properties, in the schema's order.
 */
import { fromArray, fromObject } from './containers.ts';
import { createRules, jsonLiteral, type Rules } from './rules.ts';
import { fromInteger, fromNumber, fromString } from './scalars.ts';
import { type Place, type Schema, SchemaFault, type Walk } from './walk.ts';

export { SchemaFault };

const MOST_DEPTH = 50;
const MOST_ENUM_VALUES = 1000;
const MOST_GRAMMAR_CHARACTERS = 500_000;
const MOST_SCHEMAS = 20_000;

/** Throws SchemaFault. */
export function toGrammar(schema: unknown): string {
  const rules = createRules();
  return rules.print(addSchema(rules, schema));
}

/** Adds a schema to a grammar, with references of its own; returns the name of its rule. Throws SchemaFault. */
export function addSchema(rules: Rules, schema: unknown): string {
  const walk: Walk = {
    root: asSchema(schema, ''),
    rules,
    refs: new Map(),
    counts: { schemas: 0, properties: 0, enumValues: 0 },
    toBody: (inner, place) => toBody(walk, inner, place),
  };
  const root = walk.rules.reserve('answer');
  walk.refs.set('#', root);
  rules.define(root, toBody(walk, schema, { path: '', depth: 0 }));
  return root;
}

/** The grammar of any JSON object. */
export function anyObjectGrammar(): string {
  const rules = createRules();
  return rules.print(rules.shared('object'));
}

/** Keywords that say nothing about which values are valid. */
const ANNOTATIONS = new Set(
  (
    'title description default examples $schema $id $comment deprecated readOnly writeOnly ' +
    '$defs definitions $anchor strict'
  ).split(' '),
);

const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  string: ['minLength', 'maxLength', 'format'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  number: ['minimum'],
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems'],
  boolean: [],
  null: [],
};

function toBody(walk: Walk, given: unknown, place: Place): string {
  if (place.depth > MOST_DEPTH) throw new SchemaFault(place.path, `it is nested deeper than ${MOST_DEPTH} levels`);
  walk.counts.schemas += 1;
  if (walk.counts.schemas > MOST_SCHEMAS || walk.rules.size > MOST_GRAMMAR_CHARACTERS)
    throw new SchemaFault('', 'the schema is too large to be enforced');
  if (given === true) return walk.rules.shared('value');
  const schema = asSchema(given, place.path);
  if ('$ref' in schema) return fromReference(walk, schema, place);
  if ('const' in schema) return only(schema, ['const', 'type'], place) ?? jsonLiteral(schema['const']);
  if ('enum' in schema) return fromEnum(walk, schema, place);
  if ('anyOf' in schema) return fromAnyOf(walk, schema, place);
  const types = schema['type'] === undefined ? inferTypes(schema) : [schema['type']].flat();
  if (types === undefined) return only(schema, [], place) ?? walk.rules.shared('value');
  refuseForeignKeywords(schema, types.map(String), place);
  return types.map((type) => fromType(walk, { ...schema, type }, place)).join(' | ');
}

/** Refuses every keyword but `allowed` and annotations. */
function only(schema: Schema, allowed: readonly string[], { path }: Place): undefined {
  const foreign = Object.keys(schema).find(
    (key) => !allowed.includes(key) && !ANNOTATIONS.has(key) && !key.startsWith('x-'),
  );
  if (foreign !== undefined) throw new SchemaFault(`${path}/${foreign}`, `'${foreign}' is not supported here`);
}

function refuseForeignKeywords(schema: Schema, types: readonly string[], place: Place): void {
  const allowed = types.flatMap((type) => {
    const keywords = KEYWORDS[type];
    if (keywords === undefined) throw new SchemaFault(`${place.path}/type`, `'${type}' is not a JSON type`);
    return keywords;
  });
  only(schema, [...allowed, 'type'], place);
}

/** A schema without `type` whose keywords speak of one type only. */
function inferTypes(schema: Schema): string[] | undefined {
  if ('properties' in schema || 'required' in schema || 'additionalProperties' in schema) return ['object'];
  if ('items' in schema || 'prefixItems' in schema || 'minItems' in schema || 'maxItems' in schema) return ['array'];
  return undefined;
}

function fromType(walk: Walk, schema: Schema, place: Place): string {
  switch (schema['type']) {
    case 'string':
      return fromString(walk, schema, place);
    case 'integer':
      return fromInteger(walk, schema, place);
    case 'number':
      return fromNumber(walk, schema, place);
    case 'object':
      return fromObject(walk, schema, place);
    case 'array':
      return fromArray(walk, schema, place);
    default:
      return walk.rules.shared(String(schema['type']));
  }
}

function fromReference(walk: Walk, schema: Schema, place: Place): string {
  only(schema, ['$ref'], place);
  const reference = String(schema['$ref']);
  const known = walk.refs.get(reference);
  if (known !== undefined) return known;
  if (!reference.startsWith('#'))
    throw new SchemaFault(
      `${place.path}/$ref`,
      `only references into the schema itself are supported, not '${reference}'`,
    );
  const name = walk.rules.reserve(reference.split('/').at(-1) ?? 'ref');
  walk.refs.set(reference, name);
  walk.rules.define(
    name,
    toBody(walk, follow(walk.root, reference, place), { path: reference.slice(1), depth: place.depth + 1 }),
  );
  return name;
}

function follow(root: Schema, reference: string, { path }: Place): unknown {
  const parts = reference.slice(1).split('/').slice(1);
  return parts.reduce<unknown>((at, part) => {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at === 'object' && at !== null && Object.hasOwn(at, key)) return (at as Schema)[key];
    throw new SchemaFault(`${path}/$ref`, `'${reference}' leads nowhere`);
  }, root);
}

function fromEnum(walk: Walk, schema: Schema, place: Place): string {
  only(schema, ['enum', 'type'], place);
  const values = schema['enum'];
  if (!Array.isArray(values) || values.length === 0)
    throw new SchemaFault(`${place.path}/enum`, 'it must be a list of at least one value');
  walk.counts.enumValues += values.length;
  if (walk.counts.enumValues > MOST_ENUM_VALUES)
    throw new SchemaFault(`${place.path}/enum`, `the schema has more than ${MOST_ENUM_VALUES} enum values`);
  const types = schema['type'] === undefined ? undefined : [schema['type']].flat();
  const fitting = values.filter((value) => types === undefined || types.some((type) => isOfType(value, type)));
  if (fitting.length === 0)
    throw new SchemaFault(`${place.path}/enum`, 'no value is of the type that stands beside it');
  return walk.rules.add('enum', fitting.map(jsonLiteral).join(' | '));
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function fromAnyOf(walk: Walk, schema: Schema, place: Place): string {
  only(schema, ['anyOf'], place);
  const branches = schema['anyOf'];
  if (!Array.isArray(branches) || branches.length === 0)
    throw new SchemaFault(`${place.path}/anyOf`, 'it must be a list of at least one schema');
  const bodies = branches.map((branch, index) =>
    toBody(walk, branch, { path: `${place.path}/anyOf/${index}`, depth: place.depth + 1 }),
  );
  return walk.rules.add('any-of', bodies.join(' | '));
}

function asSchema(value: unknown, path: string): Schema {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Schema;
  throw new SchemaFault(path, 'it must be a schema: a JSON object');
}
