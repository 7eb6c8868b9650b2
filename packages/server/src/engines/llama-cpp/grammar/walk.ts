/** Types and helpers that all parts of the conversion share. */
import { type Algebra, TooLargeError } from './regular/algebra.ts';
import { PatternError } from './regular/pattern.ts';
import type { Rules } from './rules.ts';

/** A schema that cannot be enforced. `path` is a JSON pointer into the schema; '' = the root. */
export class SchemaError extends Error {
  override readonly name: string = 'SchemaError';
  readonly path: string;
  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** An invalid schema. It is refused even if it need not be enforced. */
export class MalformedSchemaError extends SchemaError {
  override readonly name: string = 'MalformedSchemaError';
}

/** A schema without a valid value. If it is optional (a property, a branch), the grammar omits it. */
export class UnsatisfiableSchemaError extends SchemaError {
  override readonly name: string = 'UnsatisfiableSchemaError';
}

export type Schema = Record<string, unknown>;

/**
 * A schema in one of four shapes: false; a bare `$ref`; a bare `anyOf` or `oneOf`; or well-formed keywords of values.
 * The last has `enum` instead of `const`, and lists in `pattern`, `format` and `multipleOf`, whose elements must all
 * hold.
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

export interface Position {
  depth: number;
  /** References followed since the last container. A repeated reference is an endless loop. */
  chain: readonly string[];
}

export interface Walk {
  rules: Rules;
  algebra: Algebra;
  /** Returns the JSON pointer of a schema or of its flat form. */
  pathOf(schema: unknown): string;
  flatten(schema: unknown): Flat;
  /** Gives a derived schema the JSON pointer of its origin. */
  derived<T extends object>(schema: T, from: unknown): T;
  /** Returns the target of a `$ref` of a prepared schema. */
  follow(reference: string): unknown;
  /** Existing rules of regular languages, keyed by language. */
  languages: Map<string, string>;
  counts: { schemas: number; properties: number; enumValues: number };
  /** Returns the GBNF body of a subschema. Throws SchemaError. */
  toBody(schema: unknown, position: Position): string;
}

/** Returns the position of a value inside a container at `position`. */
export function nested({ depth }: Position): Position {
  return { depth: depth + 1, chain: [] };
}

/** Runs an operation on regular languages and rethrows its errors as SchemaError with `path`. */
export function guard<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof PatternError || error instanceof TooLargeError) throw new SchemaError(path, error.message);
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
