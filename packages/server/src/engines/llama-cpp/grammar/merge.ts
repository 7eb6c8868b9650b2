/** Merges two flat schemas. Pure. Invariant: a value is valid for the result if and only if it is valid for both. */
import { type Flat, type FlatSchema, type Schema, SchemaError } from './walk.ts';

/** Records the origin of a schema that a merge creates. */
export type Note = <T extends object>(schema: T) => T;

type Key = keyof FlatSchema;

const LOWER: readonly Key[] = ['minLength', 'minimum', 'exclusiveMinimum', 'minProperties', 'minItems'];
const UPPER: readonly Key[] = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxProperties', 'maxItems'];
const LISTS: readonly Key[] = ['pattern', 'format', 'multipleOf', 'required'];

/** Neither schema may be a reference. */
export function mergeFlat(a: FlatSchema, b: FlatSchema, note: Note): Flat {
  for (const key of ['anyOf', 'oneOf'] as const) {
    for (const [choice, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const branches = choice[key];
      if (branches === undefined) continue;
      if (Object.keys(other).length === 0) return choice;
      // The branch is flattened again, so `toRaw` turns the lists of the flat schema back into JSON Schema.
      return note({ [key]: branches.map((branch) => note({ allOf: [branch, ...toRaw(other, note)] })) });
    }
  }
  const merged: FlatSchema = { ...a, ...b };
  const both = (key: Key) => a[key] !== undefined && b[key] !== undefined;
  for (const key of LOWER) if (both(key)) Object.assign(merged, { [key]: Math.max(Number(a[key]), Number(b[key])) });
  for (const key of UPPER) if (both(key)) Object.assign(merged, { [key]: Math.min(Number(a[key]), Number(b[key])) });
  for (const key of LISTS)
    if (both(key)) Object.assign(merged, { [key]: [...new Set([...listOf(a[key]), ...listOf(b[key])])] });
  if (a.type !== undefined && b.type !== undefined) {
    const type = intersectTypes(a.type, b.type);
    if (type.length === 0) return false;
    merged.type = type;
  }
  if (a.enum !== undefined && b.enum !== undefined) {
    const others = new Set(b.enum.map((value) => JSON.stringify(value)));
    merged.enum = a.enum.filter((value) => others.has(JSON.stringify(value)));
    if (merged.enum.length === 0) return false;
  }
  mergeObjects(merged, [a, b], note);
  mergeArrays(merged, [a, b], note);
  return merged;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function intersectTypes(a: readonly string[], b: readonly string[]): string[] {
  const fits = (type: string, others: readonly string[]) =>
    others.includes(type) || (type === 'integer' && others.includes('number'));
  return [...new Set([...a.filter((type) => fits(type, b)), ...b.filter((type) => fits(type, a))])];
}

/** Returns a flat schema as JSON Schemas: one for each further pattern, format and multiple. */
function toRaw(flat: FlatSchema, note: Note): object[] {
  const { pattern = [], format = [], multipleOf = [], ...rest } = flat;
  const lists = [
    ...pattern.map((each) => ({ pattern: each })),
    ...format.map((each) => ({ format: each })),
    ...multipleOf.map((each) => ({ multipleOf: each })),
  ];
  return [rest, ...lists].map((part) => note({ ...part }));
}

const both = (a: unknown, b: unknown, note: Note): unknown => {
  if (a === undefined || a === true) return b ?? true;
  if (b === undefined || b === true) return a;
  return a === false || b === false ? false : note({ allOf: [a, b] });
};

function mergeObjects(merged: FlatSchema, pair: readonly [FlatSchema, FlatSchema], note: Note): void {
  const [a, b] = pair;
  const about = (flat: FlatSchema) =>
    flat.properties !== undefined || flat.additionalProperties !== undefined || flat.patternProperties !== undefined;
  if (!about(a) || !about(b)) {
    if (a.propertyNames !== undefined || b.propertyNames !== undefined)
      merged.propertyNames = both(a.propertyNames, b.propertyNames, note);
    return;
  }
  if (a.patternProperties !== undefined || b.patternProperties !== undefined)
    throw new SchemaError('', "'patternProperties' cannot be merged with other rules for properties");
  const names = new Set([...Object.keys(a.properties ?? {}), ...Object.keys(b.properties ?? {})]);
  const of = (flat: FlatSchema, name: string) =>
    Object.hasOwn(flat.properties ?? {}, name) ? flat.properties?.[name] : flat.additionalProperties;
  const properties: Schema = {};
  for (const name of names)
    Object.defineProperty(properties, name, {
      value: both(of(a, name), of(b, name), note),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  merged.properties = properties;
  if (a.additionalProperties !== undefined || b.additionalProperties !== undefined)
    merged.additionalProperties = both(a.additionalProperties, b.additionalProperties, note);
  if (a.propertyNames !== undefined || b.propertyNames !== undefined)
    merged.propertyNames = both(a.propertyNames, b.propertyNames, note);
}

function mergeArrays(merged: FlatSchema, [a, b]: readonly [FlatSchema, FlatSchema], note: Note): void {
  const length = Math.max(a.prefixItems?.length ?? 0, b.prefixItems?.length ?? 0);
  const at = (flat: FlatSchema, index: number) => flat.prefixItems?.[index] ?? flat.items;
  if (length > 0) merged.prefixItems = Array.from({ length }, (_, index) => both(at(a, index), at(b, index), note));
  if (a.items !== undefined || b.items !== undefined) merged.items = both(a.items, b.items, note);
}
