/**
 * Ceilings for schemas and grammars, checked before any other work on them. Pure.
 * Invariant: the check stops at the first value above a ceiling.
 */
import { errors } from '../../errors/catalogue.ts';

/** Values of all kinds in one schema. */
export const MAX_SCHEMA_VALUES = 50_000;
/** Characters of all names and texts in one schema. */
export const MAX_SCHEMA_CHARS = 1_000_000;
export const MAX_PATTERN_CHARS = 20_000;

/** Throws `invalid_json_schema` that names `param`. */
export function checkSchemaSize(schema: unknown, param: string): void {
  const refuse = (what: string) => errors.invalidJsonSchema(param, '', `it has more than ${what}`);
  const stack: unknown[] = [schema];
  let values = 1;
  let chars = 0;
  while (stack.length > 0) {
    const value = stack.pop();
    if (typeof value === 'string') chars += value.length;
    if (chars > MAX_SCHEMA_CHARS) throw refuse(`${MAX_SCHEMA_CHARS} characters`);
    if (typeof value !== 'object' || value === null) continue;
    const keys = Array.isArray(value) ? [] : Object.keys(value);
    values += Array.isArray(value) ? value.length : keys.length;
    if (values > MAX_SCHEMA_VALUES) throw refuse(`${MAX_SCHEMA_VALUES} values`);
    for (const key of keys) chars += key.length;
    for (const inner of Object.values(value)) stack.push(inner);
  }
}

/** Throws `invalid_value` that names `param`. */
export function checkPatternSize(pattern: string, param: string): void {
  if (pattern.length <= MAX_PATTERN_CHARS) return;
  throw errors.invalidValue(param, `The pattern in '${param}' has more than ${MAX_PATTERN_CHARS} characters.`);
}
