/** Pages of short lists that are in memory as a whole. */
import type { PageQuery } from '@selfsame/contract';
import { errors } from '../errors/catalogue.ts';
import type { Listed } from '../storage/repositories/page.ts';

/** `items`: in order of creation. Throws the ApiError `invalid_value` if `after` or `before` is not in the list. */
export function pageOf<T extends { id: string }>(
  items: readonly T[],
  { limit, order, after, before }: PageQuery & { before?: string },
): Listed<T> {
  const ordered = order === 'asc' ? items : items.toReversed();
  const positionOf = (param: 'after' | 'before', id: string) => {
    const position = ordered.findIndex((item) => item.id === id);
    if (position < 0) throw errors.invalidValue(param, `'${id}' is not in this list.`);
    return position;
  };
  const start = after === undefined ? 0 : positionOf('after', after) + 1;
  const end = before === undefined ? ordered.length : positionOf('before', before);
  const between = ordered.slice(start, end);
  // Without `after`, the page is the last one before `before`.
  const records = before !== undefined && after === undefined ? between.slice(-limit) : between.slice(0, limit);
  return { records, hasMore: between.length > limit };
}
