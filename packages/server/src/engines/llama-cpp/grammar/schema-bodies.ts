/**
 * Converts schemas to the rules of one grammar and the name of each schema's rule: the expensive part of a grammar.
 * Pure.
 * Inputs and results are plain values, so that threads can exchange them.
 */
import { addSchema, SchemaError, type SchemaOptions } from './json-schema-grammar.ts';
import { createRules } from './rules.ts';

export interface SchemaTask extends SchemaOptions {
  schema: unknown;
}

export interface SchemaBodies {
  /** Name and body, in order. */
  rules: readonly (readonly [name: string, body: string])[];
  /** The rule of each schema. */
  roots: readonly string[];
  /** Keywords and schemas that are not enforced: index of the schema and JSON pointer. */
  ignored: readonly { index: number; path: string }[];
}

/** The reason why the schema at `index` cannot be enforced; `path` as in SchemaError. */
export interface SchemaRefusal {
  index: number;
  path: string;
  message: string;
}

export function toSchemaBodies(tasks: readonly SchemaTask[]): SchemaBodies | SchemaRefusal {
  const rules = createRules();
  const roots: string[] = [];
  const ignored: { index: number; path: string }[] = [];
  for (const [index, { schema, ...options }] of tasks.entries()) {
    try {
      const added = addSchema(rules, schema, options);
      roots.push(added.root);
      for (const path of added.ignored) ignored.push({ index, path });
    } catch (error) {
      if (!(error instanceof SchemaError)) throw error;
      return { index, path: error.path, message: error.message };
    }
  }
  return { rules: rules.entries(), roots, ignored };
}
