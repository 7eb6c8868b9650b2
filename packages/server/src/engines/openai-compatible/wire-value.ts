/** Checks of single values of an upstream's JSON. Invariant: a value is used only after its type was checked here. Pure. */

/** A value of a type that cannot be read; the message completes "The upstream 'x' failed: …". */
export class WireError extends Error {
  override readonly name = 'WireError';
}

export type WireRecord = Readonly<Record<string, unknown>>;

/** Larger counts are taken for garbage. */
const MAX_COUNT = 1_000_000_000;
const MAX_SHOWN_CHARACTERS = 40;

export function isRecord(value: unknown): value is WireRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Servers write null where they say nothing. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** Names the type of a value for an error message; never shows the value itself. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Shortens a word of the upstream for an error message. */
export function shown(word: string): string {
  return word.length > MAX_SHOWN_CHARACTERS ? `${word.slice(0, MAX_SHOWN_CHARACTERS)}…` : word;
}

/** A list whose absence means that it is empty. @throws WireError for any other type. */
export function readList(value: unknown, field: string): readonly unknown[] {
  if (isAbsent(value)) return [];
  if (Array.isArray(value)) return value;
  throw new WireError(`its '${field}' is ${typeName(value)} instead of an array.`);
}

/** An integer from 0, also as decimal digits; undefined for everything else. */
export function toCount(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  const isCount = typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= MAX_COUNT;
  return isCount ? number : undefined;
}
