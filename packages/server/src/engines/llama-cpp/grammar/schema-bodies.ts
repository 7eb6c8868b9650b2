/**
 * Schemas → the rules of one grammar and the name of each schema's rule: all of a grammar that takes time to make. Pure; plain values
 * that can be sent to another thread and kept.
 */
import { addSchema, SchemaFault, type SchemaOptions } from './json-schema-grammar.ts';
import { createRules } from './rules.ts';

export interface SchemaTask extends SchemaOptions {
  schema: unknown;
}

export interface SchemaBodies {
  /** Name and body, in order. */
  rules: readonly (readonly [name: string, body: string])[];
  /** The rule of each schema. */
  roots: readonly string[];
  /** What is not enforced: the schema's index and a JSON pointer. */
  ignored: readonly { index: number; path: string }[];
}

/** Why the schema at `index` cannot be enforced; `path` as in SchemaFault. */
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
      if (!(error instanceof SchemaFault)) throw error;
      return { index, path: error.path, message: error.message };
    }
  }
  return { rules: rules.entries(), roots, ignored };
}
