/** Names of form fields and query parameters as paths: `a[b]` is property `b` of `a`, `a[]` a further item of the array `a`. */
import { errors } from '../errors/catalogue.ts';

const PATH = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;
const DEEPEST = 5;

/**
 * Puts one value or file where its name says.
 * @throws ApiError `invalid_value` when the name is no path, or the place is taken already.
 */
export function putNamed(values: Record<string, unknown>, name: string, value: unknown): void {
  const match = PATH.exec(name);
  const path =
    match === null ? [] : [match[1] ?? '', ...[...(match[2] ?? '').matchAll(/\[([^\]]*)\]/g)].map((m) => m[1] ?? '')];
  if (path.length === 0 || path.length > DEEPEST || path.includes('__proto__')) {
    throw errors.invalidValue(name, `'${name}' is not a name of a parameter.`);
  }
  const taken = () => errors.invalidValue(name, `'${name}' was sent twice, or both as a value and with brackets.`);
  let place = values as Record<string, unknown> | unknown[];
  for (const [depth, key] of path.entries()) {
    const last = depth === path.length - 1;
    if (Array.isArray(place)) {
      if (key !== '' || !last) throw taken();
      place.push(value);
      return;
    }
    if (key === '') throw errors.invalidValue(name, `'${name}' is not a name of a parameter.`);
    if (last) {
      if (Object.hasOwn(place, key)) throw taken();
      place[key] = value;
      return;
    }
    const inner: unknown = Object.hasOwn(place, key) ? place[key] : path[depth + 1] === '' ? [] : Object.create(null);
    if (!isBranch(inner)) throw taken();
    place[key] = inner;
    place = inner;
  }
}

/** Made by this module, or a plain value that cannot have parts. */
function isBranch(value: unknown): value is Record<string, unknown> | unknown[] {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null);
}
