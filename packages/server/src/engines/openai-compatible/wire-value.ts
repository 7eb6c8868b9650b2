/**
 * Type checks for single values of an upstream's JSON. Invariant: no value is used before its type is checked here.
 * Pure.
 */

/** An invalid value; the message completes "The upstream 'x' failed: …". */
export class WireError extends Error {
  override readonly name = 'WireError';
}

export type WireRecord = Readonly<Record<string, unknown>>;

/** Larger counts are invalid. */
const MAX_COUNT = 1_000_000_000;
const MAX_SHOWN_CHARACTERS = 40;

export function isRecord(value: unknown): value is WireRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Servers write null for absent values. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

/** Names the type of a value for an error message, without the value. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Shortens a value of the upstream for an error message. */
export function shown(word: string): string {
  return word.length > MAX_SHOWN_CHARACTERS ? `${word.slice(0, MAX_SHOWN_CHARACTERS)}…` : word;
}

/** Reads a list; an absent one is empty. @throws WireError for any other type. */
export function readList(value: unknown, field: string): readonly unknown[] {
  if (isAbsent(value)) return [];
  if (Array.isArray(value)) return value;
  throw new WireError(`its '${field}' is ${typeName(value)} instead of an array.`);
}

/** Reads an integer >= 0, also from decimal digits; undefined for every other value. */
export function toCount(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  const isCount = typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= MAX_COUNT;
  return isCount ? number : undefined;
}
