/** A page of a short list that is kept as one. */
import type { PageQuery } from '@selfsame/contract';
import { errors } from '../errors/catalogue.ts';
import type { Listed } from '../storage/repositories/page.ts';

/** `items` are in order of creation. Throws the ApiError `invalid_value` when `after` or `before` names nothing of the list. */
export function pageOf<T extends { id: string }>(
  items: readonly T[],
  { limit, order, after, before }: PageQuery & { before?: string },
): Listed<T> {
  const ordered = order === 'asc' ? items : items.toReversed();
  const placeOf = (param: 'after' | 'before', id: string) => {
    const place = ordered.findIndex((item) => item.id === id);
    if (place < 0) throw errors.invalidValue(param, `'${id}' is not in this list.`);
    return place;
  };
  const start = after === undefined ? 0 : placeOf('after', after) + 1;
  const end = before === undefined ? ordered.length : placeOf('before', before);
  const between = ordered.slice(start, end);
  // Without `after`, the page is the last one before `before`.
  const records = before !== undefined && after === undefined ? between.slice(-limit) : between.slice(0, limit);
  return { records, hasMore: between.length > limit };
}
