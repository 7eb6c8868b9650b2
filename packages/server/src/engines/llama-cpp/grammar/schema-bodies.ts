/**
 * Schemas → the rules of one grammar and the name of each schema's rule: all of a grammar that takes time to make. Pure; plain values
 * that can be sent to another thread and kept.
 */
import { addSchema, SchemaFault } from './json-schema-grammar.ts';
import { createRules } from './rules.ts';

export interface SchemaBodies {
  /** Name and body, in order. */
  rules: readonly (readonly [name: string, body: string])[];
  /** The rule of each schema. */
  roots: readonly string[];
}

/** Why the schema at `index` cannot be enforced; `path` as in SchemaFault. */
export interface SchemaRefusal {
  index: number;
  path: string;
  message: string;
}

export function toSchemaBodies(schemas: readonly unknown[]): SchemaBodies | SchemaRefusal {
  const rules = createRules();
  const roots: string[] = [];
  for (const [index, schema] of schemas.entries()) {
    try {
      roots.push(addSchema(rules, schema));
    } catch (error) {
      if (!(error instanceof SchemaFault)) throw error;
      return { index, path: error.path, message: error.message };
    }
  }
  return { rules: rules.entries(), roots };
}
