/** What a conversion returns: the object of the other API, and what has no counterpart there. */
export interface Conversion<T> {
  value: T;
  /** One sentence for each property that was left out. */
  omitted: string[];
}

export type Fields = Readonly<Record<string, unknown>>;

export const isPresent = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

/** The object without absent values. */
export function present(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isPresent(value)));
}
