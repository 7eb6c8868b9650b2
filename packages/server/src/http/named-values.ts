/**
 * Reads names of form fields and query parameters as paths: `a[b]` is property `b` of `a`, `a[]` the next item of the
 * array `a`.
 */
import { errors } from '../errors/catalogue.ts';

const PATH = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;
const MAX_LEVELS = 5;

/**
 * Sets one value or file at the path that its name spells.
 * @throws ApiError `invalid_value` if the name is not a path, or the path already has a value.
 */
export function putNamed(values: Record<string, unknown>, name: string, value: unknown): void {
  const match = PATH.exec(name);
  const path =
    match === null ? [] : [match[1] ?? '', ...[...(match[2] ?? '').matchAll(/\[([^\]]*)\]/g)].map((m) => m[1] ?? '')];
  if (path.length === 0 || path.length > MAX_LEVELS || path.includes('__proto__')) {
    throw errors.invalidValue(name, `'${name}' is not a name of a parameter.`);
  }
  const taken = () => errors.invalidValue(name, `'${name}' was sent twice, or both as a value and with brackets.`);
  let parent = values as Record<string, unknown> | unknown[];
  for (const [depth, key] of path.entries()) {
    const last = depth === path.length - 1;
    if (Array.isArray(parent)) {
      if (key !== '' || !last) throw taken();
      parent.push(value);
      return;
    }
    if (key === '') throw errors.invalidValue(name, `'${name}' is not a name of a parameter.`);
    if (last) {
      if (Object.hasOwn(parent, key)) throw taken();
      parent[key] = value;
      return;
    }
    const inner: unknown = Object.hasOwn(parent, key) ? parent[key] : path[depth + 1] === '' ? [] : Object.create(null);
    if (!isBranch(inner)) throw taken();
    parent[key] = inner;
    parent = inner;
  }
}

/** Whether `value` is an object or array that this module created, which can have parts. */
function isBranch(value: unknown): value is Record<string, unknown> | unknown[] {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null);
}
