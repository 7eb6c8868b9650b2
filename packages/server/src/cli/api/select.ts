/** A part of a JSON value by its path: `data.0.id`, and `data.*.id` for every item. Pure. */

/** The parts at a path, in order; absent ones are left out. */
export function select(value: unknown, path: string): unknown[] {
  let parts: unknown[] = [value];
  for (const key of path.split('.').filter((each) => each !== '')) parts = parts.flatMap((part) => step(part, key));
  return parts;
}

function step(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (key === '*') return Object.values(value);
  return Object.hasOwn(value, key) ? [(value as Record<string, unknown>)[key]] : [];
}
