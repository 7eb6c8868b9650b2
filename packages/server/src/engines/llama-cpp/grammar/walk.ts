/** What every part of the conversion works on. */
import type { Rules } from './rules.ts';

/** Why a schema cannot be enforced. `path` is a JSON pointer into the schema, '' for the whole. */
export class SchemaFault extends Error {
  override readonly name = 'SchemaFault';
  readonly path: string;
  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

export type Schema = Record<string, unknown>;

/** Where in the schema: `path` is a JSON pointer. */
export interface Place {
  path: string;
  depth: number;
}

export interface Walk {
  root: Schema;
  rules: Rules;
  /** `$ref` → its rule, also while that is still being written: recursion. */
  refs: Map<string, string>;
  counts: { schemas: number; properties: number; enumValues: number };
  /** The GBNF body of a schema inside this one. */
  toBody(schema: unknown, place: Place): string;
}

const MOST_REPEATS = 1000;

/** The value of a counting keyword. */
export function countOf(schema: Schema, keyword: string, { path }: Place): number | undefined {
  const value = schema[keyword];
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_REPEATS) return Number(value);
  throw new SchemaFault(`${path}/${keyword}`, `it must be a whole number from 0 to ${MOST_REPEATS}`);
}
