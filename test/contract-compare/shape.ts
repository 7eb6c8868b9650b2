/**
 * Normalises a JSON Schema: resolves `$ref`, merges `allOf`, flattens `anyOf`, `oneOf` and `if`, and unifies the spellings of
 * null and of constants. Children are not normalised, so that recursive schemas terminate.
 */
import { isObject, type Json, type JsonObject } from './description.ts';

/** One alternative, of one type. */
export interface Branch {
  /** Component name, when the alternative is a reference. */
  component?: string;
  /** `any` if the schema states no type. */
  type: string;
  enum?: Json[];
  /** Limits by keyword, e.g. `maxLength`. */
  bounds: JsonObject;
  properties: Map<string, Json>;
  required: Set<string>;
  additional?: Json;
  items?: Json;
}

export interface Shape {
  /** Component name, when the schema is a reference. */
  component?: string;
  nullable: boolean;
  default?: Json;
  branches: Branch[];
}

export type Resolve = (pointer: string) => Json;

/** Resolves `#/components/…` pointers in a document. @throws Error for an unknown pointer. */
export function resolverOf(document: unknown): Resolve {
  return (pointer) => {
    let node: unknown = document;
    for (const key of pointer.slice(2).split('/')) node = isObject(node) ? node[key] : undefined;
    if (node === undefined) throw new Error(`${pointer} points nowhere`);
    return node as Json;
  };
}

const BOUNDS: readonly string[] = (
  'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern ' +
  'minItems maxItems uniqueItems minProperties maxProperties propertyNames'
).split(' ');

export function toShape(schema: Json, resolve: Resolve): Shape {
  if (!isObject(schema)) return { nullable: true, branches: [emptyBranch('any')] };
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  const outer = { nullable: own.nullable === true, ...(own.default === undefined ? {} : { default: own.default }) };
  if (typeof $ref === 'string') {
    const target = toShape(resolve($ref), resolve);
    const component = $ref.slice($ref.lastIndexOf('/') + 1);
    const sole = target.branches.length === 1 ? target.branches[0] : undefined;
    const branches = sole === undefined ? target.branches : [{ component, ...sole }];
    return { ...target, component, branches, ...outer, nullable: target.nullable || outer.nullable };
  }
  if (Array.isArray(allOf)) {
    const parts = [...allOf.map((part) => toShape(part, resolve)), ...(says(own) ? [plain(own)] : [])];
    const merged = parts.reduce(mergeShapes);
    return { ...merged, ...outer, nullable: merged.nullable || outer.nullable };
  }
  const alternatives = anyOf ?? oneOf ?? branchesOf(own);
  if (!Array.isArray(alternatives)) return plain(own);
  const union = unite(alternatives.map((each) => toShape(each, resolve)));
  const fields = isObject(own.properties) ? mergeShapes(plain(own), union) : union;
  return { ...fields, ...outer, nullable: union.nullable || outer.nullable };
}

/** The alternatives of `if`, whose condition is not compared. */
function branchesOf({ if: condition, then: yes, else: no }: JsonObject): Json[] | undefined {
  return condition === undefined ? undefined : [yes ?? {}, no ?? {}];
}

/** Whether keywords beside `allOf` add more than null, a default or a description. */
function says(own: JsonObject): boolean {
  return ['properties', 'required', 'enum', 'additionalProperties', 'items', ...BOUNDS].some((key) => key in own);
}

function emptyBranch(type: string): Branch {
  return { type, bounds: {}, properties: new Map(), required: new Set() };
}

function plain(schema: JsonObject): Shape {
  const listed = schema.const === undefined ? schema.enum : [schema.const];
  const values = Array.isArray(listed) ? listed : undefined;
  const types = typesOf(schema, values);
  const nullable = schema.nullable === true || types.includes('null') || values?.includes(null) === true;
  return {
    nullable,
    ...(schema.default === undefined ? {} : { default: schema.default }),
    branches: types.filter((type) => type !== 'null').map((type) => toBranch(type, schema, values)),
  };
}

function typesOf(schema: JsonObject, values: Json[] | undefined): string[] {
  if (typeof schema.type === 'string') return [schema.type];
  if (Array.isArray(schema.type)) return schema.type.map(String);
  if (schema.properties !== undefined || schema.additionalProperties !== undefined) return ['object'];
  if (schema.items !== undefined) return ['array'];
  return [values?.every((value) => typeof value === 'string') === true ? 'string' : 'any'];
}

function toBranch(type: string, schema: JsonObject, values: Json[] | undefined): Branch {
  const branch = emptyBranch(type);
  for (const key of BOUNDS) if (schema[key] !== undefined) branch.bounds[key] = schema[key];
  const allowed = values?.filter((value) => value !== null);
  if (allowed !== undefined) branch.enum = allowed;
  if (type === 'array') branch.items = schema.items ?? {};
  if (type !== 'object') return branch;
  branch.properties = new Map(Object.entries(isObject(schema.properties) ? schema.properties : {}));
  if (Array.isArray(schema.required)) branch.required = new Set(schema.required.map(String));
  // An object without further keywords is a map of any values.
  const additional = schema.additionalProperties ?? (branch.properties.size === 0 ? true : undefined);
  if (additional !== undefined) branch.additional = additional;
  return branch;
}

/** `anyOf`: separates null, merges enumerations, and drops enumerations of strings beside a free string. */
function unite(shapes: readonly Shape[]): Shape {
  const branches = shapes.flatMap((shape) => shape.branches);
  const strings = branches.filter((branch) => branch.type === 'string');
  const free = strings.find((branch) => branch.enum === undefined && Object.keys(branch.bounds).length === 0);
  const listed = strings.filter((branch) => branch.enum !== undefined);
  const joined: Branch[] =
    free !== undefined || listed.length === 0
      ? []
      : [{ ...emptyBranch('string'), enum: [...new Set(listed.flatMap((branch) => branch.enum ?? []))] }];
  const kept = branches.filter((branch) => !listed.includes(branch));
  const speaking = shapes.filter((shape) => shape.branches.length > 0);
  const only = speaking.length === 1 ? speaking[0] : undefined;
  return {
    nullable: shapes.some((shape) => shape.nullable),
    ...(only?.default === undefined ? {} : { default: only.default }),
    ...(only?.component === undefined ? {} : { component: only.component }),
    branches: [...kept, ...joined],
  };
}

/** `allOf` of two: the alternatives that fit both. */
function mergeShapes(a: Shape, b: Shape): Shape {
  const branches = a.branches.flatMap((left) => b.branches.flatMap((right) => mergeBranches(left, right)));
  const fallback = b.default ?? a.default;
  return { nullable: a.nullable && b.nullable, ...(fallback === undefined ? {} : { default: fallback }), branches };
}

function mergeBranches(a: Branch, b: Branch): Branch[] {
  const type = narrower(a.type, b.type);
  if (type === undefined) return [];
  const merged: Branch = { ...emptyBranch(type), bounds: tighten(a.bounds, b.bounds) };
  const values =
    a.enum === undefined ? b.enum : b.enum === undefined ? a.enum : a.enum.filter((v) => b.enum?.includes(v));
  if (values !== undefined) merged.enum = values;
  merged.properties = new Map(a.properties);
  for (const [name, schema] of b.properties) {
    const other = a.properties.get(name);
    merged.properties.set(name, other === undefined ? schema : { allOf: [other, schema] });
  }
  merged.required = new Set([...a.required, ...b.required]);
  const additional = strictest(a.additional, b.additional);
  if (additional !== undefined && (additional !== true || merged.properties.size === 0)) merged.additional = additional;
  const items = a.items === undefined ? b.items : b.items === undefined ? a.items : { allOf: [a.items, b.items] };
  if (items !== undefined) merged.items = items;
  return [merged];
}

function narrower(a: string, b: string): string | undefined {
  if (a === b || b === 'any') return a;
  if (a === 'any') return b;
  const pair = new Set([a, b]);
  return pair.has('integer') && pair.has('number') ? 'integer' : undefined;
}

function strictest(a: Json | undefined, b: Json | undefined): Json | undefined {
  if (a === false || b === false) return false;
  return isObject(a) ? a : (b ?? a);
}

function tighten(a: JsonObject, b: JsonObject): JsonObject {
  const result: JsonObject = { ...a, ...b };
  for (const key of Object.keys(a)) {
    const [left, right] = [a[key], b[key]];
    if (typeof left !== 'number' || typeof right !== 'number') continue;
    result[key] = /^(min|exclusiveMin)/.test(key) ? Math.max(left, right) : Math.min(left, right);
  }
  return result;
}
