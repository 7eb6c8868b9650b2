/** The wire form of a page of stored objects. */
import type { Listed } from '../storage/repositories/page.ts';

export interface PageObject<T> {
  object: 'list';
  data: T[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}

export function toPage<R, T extends { id: string }>(
  { records, hasMore }: Listed<R>,
  toObject: (record: R) => T,
): PageObject<T> {
  const data = records.map(toObject);
  return { object: 'list', data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: hasMore };
}
