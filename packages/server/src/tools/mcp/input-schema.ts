/** The checks of a schema that another server sent, before a model is offered the tool. */
import { Ajv2020 } from 'ajv/dist/2020.js';

const MAX_SCHEMA_CHARS = 64 * 1024;
const MAX_SCHEMA_DEPTH = 32;

const ajv = new Ajv2020({ strict: false, logger: false });

/** Returns why the schema cannot be used; undefined if it can. The schema is not compiled. */
export function findSchemaError(schema: unknown): string | undefined {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return 'its schema is no object';
  if ((schema as { type?: unknown }).type !== 'object') return "its schema is not of type 'object'";
  if (depthOf(schema) > MAX_SCHEMA_DEPTH) return `its schema is nested deeper than ${MAX_SCHEMA_DEPTH} levels`;
  const size = JSON.stringify(schema).length;
  if (size > MAX_SCHEMA_CHARS) return `its schema has ${size} characters, more than ${MAX_SCHEMA_CHARS}`;
  const { $schema: _dialect, ...checked } = schema as Record<string, unknown>;
  if (ajv.validateSchema(checked) === true) return undefined;
  const [first] = ajv.errors ?? [];
  return `its schema is invalid: ${first?.instancePath ?? ''} ${first?.message ?? ''}`;
}

/** The depth of nested arrays and objects, without recursion. Stops above the maximum. */
function depthOf(value: unknown): number {
  let level: unknown[] = [value];
  for (let depth = 0; ; depth += 1) {
    level = level.filter((each) => typeof each === 'object' && each !== null);
    if (level.length === 0 || depth > MAX_SCHEMA_DEPTH) return depth;
    level = level.flatMap((each) => Object.values(each as object));
  }
}
