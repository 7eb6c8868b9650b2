/**
 * The one way to read a page of a list: `(time, id) < (?, ?)`, which an index on these columns answers at once. Invariant: records that
 * are added meanwhile move nothing: going on after the last record that was seen loses none and repeats none.
 */
import { type SelectQueryBuilder, sql } from 'kysely';
import { errors } from '../../errors/catalogue.ts';
import type { Listed, ListPage } from '../repositories/page.ts';
import type { Schema } from './schema.ts';

export interface ListQuery<TB extends keyof Schema, Row> {
  /** Everything of the list's owner, without filters: what `after` and `before` may name. */
  scope: SelectQueryBuilder<Schema, TB, object>;
  /** The records to answer, filtered, with their columns; `id` is one of them. */
  rows: SelectQueryBuilder<Schema, TB, Row>;
  /** Milliseconds of creation. Default `created_at`. */
  timeColumn?: string;
}

interface Place {
  time: number;
  id: string;
}

/** Throws the ApiError `invalid_value` when `after` or `before` names nothing of the scope. */
export async function listPage<TB extends keyof Schema, Row>(
  { scope, rows, timeColumn = 'created_at' }: ListQuery<TB, Row>,
  page: ListPage,
): Promise<Listed<Row>> {
  const { order = 'asc', limit } = page;
  const time = sql.ref<number>(timeColumn);
  const id = sql.ref<string>('id');

  async function placeOf(param: 'after' | 'before'): Promise<Place | undefined> {
    const cursor = page[param];
    if (cursor === undefined) return undefined;
    const found = await scope
      .where(sql<boolean>`${id} = ${cursor}`)
      .select(sql<number>`${time}`.as('time'))
      .executeTakeFirst();
    if (found === undefined) throw errors.invalidValue(param, `'${cursor}' is not in this list.`);
    return { time: (found as { time: number }).time, id: cursor };
  }

  const after = await placeOf('after');
  const before = await placeOf('before');
  // The page next to `before` is read towards the beginning and turned round.
  const backwards = before !== undefined && after === undefined;
  const ascending = (order === 'asc') !== backwards;
  const direction = ascending ? 'asc' : 'desc';
  const later = (place: Place) => sql<boolean>`(${time}, ${id}) > (${place.time}, ${place.id})`;
  const earlier = (place: Place) => sql<boolean>`(${time}, ${id}) < (${place.time}, ${place.id})`;

  const found = await rows
    .$if(after !== undefined, (query) =>
      after === undefined ? query : query.where(order === 'asc' ? later(after) : earlier(after)),
    )
    .$if(before !== undefined, (query) =>
      before === undefined ? query : query.where(order === 'asc' ? earlier(before) : later(before)),
    )
    .orderBy(time, direction)
    .orderBy(id, direction)
    .limit(limit + 1)
    .execute();
  const records = found.slice(0, limit) as Row[];
  return { records: backwards ? records.reverse() : records, hasMore: found.length > limit };
}
