/**
 * Finds where a value violates a JSON Schema. Pure. Checks types, properties, items, choices, bounds and local
 * references, but not `pattern` and `format`. Invariant: never reports a valid value.
 */

type Schema = Record<string, unknown>;

/** Limits references that only lead to each other. */
const MAX_DEPTH = 256;

/** Path of the first violation (`` = the value itself); undefined if the value is valid. */
export function findMisfit(value: unknown, schema: unknown): string | undefined {
  return misfit(value, schema, { root: schema, path: '', depth: 0 });
}

interface Position {
  root: unknown;
  path: string;
  depth: number;
}

function misfit(value: unknown, schema: unknown, at: Position): string | undefined {
  if (schema === false) return at.path;
  if (typeof schema !== 'object' || schema === null || at.depth > MAX_DEPTH) return undefined;
  const here = schema as Schema;
  const inner = { ...at, depth: at.depth + 1 };
  if (typeof here['$ref'] === 'string') {
    const found = misfit(value, resolve(here['$ref'], at.root), inner);
    if (found !== undefined) return found;
  }
  if (!fitsItself(value, here)) return at.path;
  for (const each of asList(here['allOf'])) {
    const found = misfit(value, each, inner);
    if (found !== undefined) return found;
  }
  for (const choice of [here['anyOf'], here['oneOf']]) {
    if (Array.isArray(choice) && choice.every((each) => misfit(value, each, inner) !== undefined)) return at.path;
  }
  if (Array.isArray(value)) return misfitOfItems(value, here, inner);
  return typeof value === 'object' && value !== null ? misfitOfProperties(value as Schema, here, inner) : undefined;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Resolves `#` and `#/$defs/name`; an unknown reference allows every value. */
function resolve(reference: string, root: unknown): unknown {
  if (!reference.startsWith('#')) return true;
  let target = root;
  for (const part of reference.slice(1).split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    target = (target as Schema | undefined | null)?.[key];
  }
  return target ?? true;
}

function fitsItself(value: unknown, schema: Schema): boolean {
  const { type, enum: choices } = schema;
  if (type !== undefined && ![type].flat().some((each) => isOfType(value, each))) return false;
  if (Array.isArray(choices) && !choices.some((choice) => isEqual(choice, value))) return false;
  if ('const' in schema && !isEqual(schema['const'], value)) return false;
  const size = toSize(value);
  return BOUNDS.every(([name, kind, holds]) => {
    const bound = schema[name];
    return typeof bound !== 'number' || size === undefined || size.kind !== kind || holds(size.size, bound);
  });
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function isEqual(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const keys = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual((a as Schema)[key], (b as Schema)[key]))
  );
}

type Kind = 'number' | 'string' | 'array';

const BOUNDS: readonly [string, Kind, (size: number, bound: number) => boolean][] = [
  ['minimum', 'number', (size, bound) => size >= bound],
  ['maximum', 'number', (size, bound) => size <= bound],
  ['exclusiveMinimum', 'number', (size, bound) => size > bound],
  ['exclusiveMaximum', 'number', (size, bound) => size < bound],
  ['minLength', 'string', (size, bound) => size >= bound],
  ['maxLength', 'string', (size, bound) => size <= bound],
  ['minItems', 'array', (size, bound) => size >= bound],
  ['maxItems', 'array', (size, bound) => size <= bound],
];

function toSize(value: unknown): { kind: Kind; size: number } | undefined {
  if (typeof value === 'number') return { kind: 'number', size: value };
  // JSON Schema counts characters, not UTF-16 code units.
  if (typeof value === 'string') return { kind: 'string', size: Array.from(value).length };
  return Array.isArray(value) ? { kind: 'array', size: value.length } : undefined;
}

function misfitOfItems(values: readonly unknown[], schema: Schema, at: Position): string | undefined {
  const first = asList(schema['prefixItems']);
  for (const [index, value] of values.entries()) {
    const found = misfit(value, index < first.length ? first[index] : schema['items'], {
      ...at,
      path: `${at.path}/${index}`,
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

function misfitOfProperties(object: Schema, schema: Schema, at: Position): string | undefined {
  const properties = (schema['properties'] ?? {}) as Schema;
  for (const name of asList(schema['required'])) {
    if (typeof name === 'string' && !Object.hasOwn(object, name)) return `${at.path}/${name}`;
  }
  for (const [name, value] of Object.entries(object)) {
    const named = Object.hasOwn(properties, name);
    // A property that a pattern may match is not "additional".
    const own = named ? properties[name] : 'patternProperties' in schema ? true : schema['additionalProperties'];
    const found = misfit(value, own, { ...at, path: `${at.path}/${name}` });
    if (found !== undefined) return found;
  }
  return undefined;
}
