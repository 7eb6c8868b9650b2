/** What every part of the conversion works on. */
import { type Algebra, TooLarge } from './regular/algebra.ts';
import { PatternFault } from './regular/pattern.ts';
import type { Rules } from './rules.ts';

/** Why a schema cannot be enforced. `path` is a JSON pointer into the schema, '' for the whole. */
export class SchemaFault extends Error {
  override readonly name: string = 'SchemaFault';
  readonly path: string;
  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** The schema itself is wrong: it is refused whether it must be enforced or not. */
export class MalformedSchema extends SchemaFault {
  override readonly name: string = 'MalformedSchema';
}

/** No value is valid. Where the schema has a way around this part, that way is taken. */
export class NothingFits extends SchemaFault {
  override readonly name: string = 'NothingFits';
}

export type Schema = Record<string, unknown>;

/**
 * A schema in one of four shapes: false; a bare `$ref`; a bare `anyOf` or `oneOf`; or keywords of values alone, well-formed, with
 * `enum` for `const`, and lists of what must hold all at once in `pattern`, `format` and `multipleOf`.
 */
export type Flat = false | FlatSchema;

export interface FlatSchema {
  $ref?: string;
  anyOf?: readonly unknown[];
  oneOf?: readonly unknown[];
  type?: readonly string[];
  enum?: readonly unknown[];
  minLength?: number;
  maxLength?: number;
  pattern?: readonly string[];
  format?: readonly string[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: readonly number[];
  properties?: Schema;
  patternProperties?: Schema;
  additionalProperties?: unknown;
  propertyNames?: unknown;
  required?: readonly string[];
  minProperties?: number;
  maxProperties?: number;
  prefixItems?: readonly unknown[];
  items?: unknown;
  minItems?: number;
  maxItems?: number;
}

export interface Place {
  depth: number;
  /** References that were followed since the last container: one that comes again leads nowhere. */
  chain: readonly string[];
}

export interface Walk {
  rules: Rules;
  algebra: Algebra;
  /** JSON pointer of a schema or of its flat form. */
  pathOf(schema: unknown): string;
  flatten(schema: unknown): Flat;
  /** Gives a schema that was made from another one its place. */
  derived<T extends object>(schema: T, from: unknown): T;
  /** The schema that a `$ref` of a prepared schema means. */
  follow(reference: string): unknown;
  /** Rules of regular languages that stand already. */
  languages: Map<string, string>;
  counts: { schemas: number; properties: number; enumValues: number };
  /** The GBNF body of a schema inside this one. Throws SchemaFault. */
  toBody(schema: unknown, place: Place): string;
}

/** One level further in. */
export function inside({ depth }: Place): Place {
  return { depth: depth + 1, chain: [] };
}

/** Runs what works on languages; what they cannot express is a fault of the schema. */
export function guard<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof PatternFault || error instanceof TooLarge) throw new SchemaFault(path, error.message);
    throw error;
  }
}

export function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
