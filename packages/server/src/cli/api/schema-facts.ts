/** Facts about a schema of the contract that the command line needs: types, values, properties. Pure. */
import { targetOf } from '@selfsame/contract/schema';

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null';

export interface SchemaFacts {
  /** Empty for a schema that allows any value. */
  types: ReadonlySet<JsonType>;
  /** Whether the value is a file part of a form. */
  isFile: boolean;
  /** Allowed texts, if no other text is allowed. */
  values: readonly string[];
  /** Properties of all alternatives, in the order of their declaration. */
  properties: ReadonlyMap<string, object>;
  /** Names of the properties that every alternative requires. */
  required: ReadonlySet<string>;
  /** Schema of the values of a map. */
  mapValues: object | undefined;
  items: object | undefined;
  description: string | undefined;
  default: unknown;
  minimum: number | undefined;
  maximum: number | undefined;
  isDeprecated: boolean;
}

interface Schema {
  $ref?: string;
  type?: JsonType | JsonType[];
  anyOf?: object[];
  oneOf?: object[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, object>;
  required?: string[];
  additionalProperties?: boolean | object;
  items?: object;
  format?: string;
  description?: string;
  default?: unknown;
  deprecated?: boolean;
  minimum?: number;
  maximum?: number;
}

/** Follows references. A reference without a target, as in recursive schemas, allows any value. */
function resolve(schema: object): Schema {
  const target = targetOf(schema);
  if (target === undefined) return '$ref' in schema ? {} : (schema as Schema);
  const { $ref: _, ...own } = schema as Schema;
  return { ...resolve(target), ...own };
}

/** The alternatives of a schema, without unions. */
function branchesOf(schema: object): Schema[] {
  const resolved = resolve(schema);
  const alternatives = resolved.anyOf ?? resolved.oneOf;
  return alternatives === undefined ? [resolved] : alternatives.flatMap(branchesOf);
}

export function factsOf(schema: object): SchemaFacts {
  const own = resolve(schema);
  const branches = branchesOf(schema);
  const first = <K extends keyof Schema>(key: K) =>
    own[key] ?? branches.find((branch) => branch[key] !== undefined)?.[key];
  const mapValues = branches
    .map(({ additionalProperties }) => (additionalProperties === true ? {} : additionalProperties))
    .find((value) => typeof value === 'object');
  return {
    types: typesOf(branches),
    isFile: branches.some(({ format }) => format === 'binary'),
    values: valuesOf(branches),
    properties: propertiesOf(branches),
    required: requiredOf(branches),
    mapValues,
    items: first('items'),
    description: first('description'),
    default: first('default'),
    minimum: first('minimum'),
    maximum: first('maximum'),
    isDeprecated: own.deprecated === true,
  };
}

function typesOf(branches: readonly Schema[]): Set<JsonType> {
  const types = branches.map((branch) => {
    if (branch.type !== undefined) return [branch.type].flat();
    const values = branch.const === undefined ? branch.enum : [branch.const];
    return values?.map((value) => (value === null ? 'null' : (typeof value as JsonType))) ?? [];
  });
  // One alternative that allows any value allows it for the whole union.
  return types.some((each) => each.length === 0) ? new Set() : new Set(types.flat());
}

function valuesOf(branches: readonly Schema[]): string[] {
  const texts = branches.filter(({ type, const: only, enum: values }) => {
    const isText = [type].flat().includes('string');
    return isText || typeof only === 'string' || values?.some((value) => typeof value === 'string') === true;
  });
  const isOpen = texts.some((branch) => branch.const === undefined && branch.enum === undefined);
  if (isOpen) return [];
  const all = texts.flatMap((branch) => (branch.const === undefined ? (branch.enum ?? []) : [branch.const]));
  return [...new Set(all.filter((value) => typeof value === 'string'))];
}

function propertiesOf(branches: readonly Schema[]): Map<string, object> {
  const all = new Map<string, object[]>();
  for (const { properties = {} } of branches) {
    for (const [name, schema] of Object.entries(properties)) all.set(name, [...(all.get(name) ?? []), schema]);
  }
  return new Map(
    [...all].map(([name, schemas]) => [name, schemas.length === 1 ? (schemas[0] ?? {}) : { anyOf: schemas }]),
  );
}

function requiredOf(branches: readonly Schema[]): Set<string> {
  const objects = branches.filter(({ properties }) => properties !== undefined);
  const [first, ...others] = objects.map(({ required = [] }) => new Set(required));
  return new Set([...(first ?? [])].filter((name) => others.every((each) => each.has(name))));
}
