/** Rules for schemas with `strict: true`, of answers and of function arguments. Pure. */
import { errors } from '../../errors/catalogue.ts';

/** The schema must be an object; every object requires each of its properties and allows no others. */
export function checkStrict(schema: Record<string, unknown>, param: string): void {
  if (schema['type'] !== 'object' && !('$ref' in schema)) {
    throw errors.invalidJsonSchema(param, '/type', "a strict schema must be of type 'object'");
  }
  checkStrictObjects(schema, { path: '', param, depth: 0 });
}

/** Levels of JSON; a level of a schema has two or three. Every engine refuses deeper schemas. */
const MAX_DEPTH = 500;

interface StrictPosition {
  path: string;
  param: string;
  depth: number;
}

function checkStrictObjects(node: unknown, { path, param, depth }: StrictPosition): void {
  if (typeof node !== 'object' || node === null) return;
  if (depth > MAX_DEPTH) throw errors.invalidJsonSchema(param, '', 'it is nested too deeply');
  const { type, properties, required, additionalProperties } = node as Record<string, unknown>;
  if (type === 'object' && typeof properties === 'object' && properties !== null) {
    if (additionalProperties !== false) {
      throw errors.invalidJsonSchema(
        param,
        path,
        "'additionalProperties' must be there and be false when 'strict' is true",
      );
    }
    const missing = Object.keys(properties).find((name) => !Array.isArray(required) || !required.includes(name));
    if (missing !== undefined) {
      throw errors.invalidJsonSchema(
        param,
        path,
        `'required' must name every property when 'strict' is true; '${missing}' is missing`,
      );
    }
  }
  for (const [key, value] of Object.entries(node))
    if (key !== 'enum' && key !== 'const')
      checkStrictObjects(value, { path: `${path}/${key}`, param, depth: depth + 1 });
}
