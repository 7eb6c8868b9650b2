/**
 * Reads a page of a list by the cursor `(time, id) < (?, ?)`, which uses an index on these columns. Invariant: records
 * that are added between pages shift nothing; continuing after the last record loses none and repeats none.
 */
import { type SelectQueryBuilder, sql } from 'kysely';
import { errors } from '../../errors/catalogue.ts';
import type { Listed, ListPage } from '../repositories/page.ts';
import type { Schema } from './schema.ts';

export interface ListQuery<TB extends keyof Schema, Row> {
  /** All records of the owner, without filters. `after` and `before` may name any of them. */
  scope: SelectQueryBuilder<Schema, TB, object>;
  /** The filtered records with their columns, `id` included. */
  rows: SelectQueryBuilder<Schema, TB, Row>;
  /** The column of the order, in milliseconds. Default `created_at`. */
  timeColumn?: string;
}

interface Position {
  time: number;
  id: string;
}

/** Throws the ApiError `invalid_value` when `after` or `before` names no record of the scope. */
export async function listPage<TB extends keyof Schema, Row>(
  { scope, rows, timeColumn = 'created_at' }: ListQuery<TB, Row>,
  page: ListPage,
): Promise<Listed<Row>> {
  const { order = 'asc', limit } = page;
  const time = sql.ref<number>(timeColumn);
  const id = sql.ref<string>('id');

  async function positionOf(param: 'after' | 'before'): Promise<Position | undefined> {
    const cursor = page[param];
    if (cursor === undefined) return undefined;
    const found = await scope
      .where(sql<boolean>`${id} = ${cursor}`)
      .select(sql<number>`${time}`.as('time'))
      .executeTakeFirst();
    if (found === undefined) throw errors.invalidValue(param, `'${cursor}' is not in this list.`);
    return { time: (found as { time: number }).time, id: cursor };
  }

  const after = await positionOf('after');
  const before = await positionOf('before');
  // The page before `before` is read in the opposite direction and reversed.
  const backwards = before !== undefined && after === undefined;
  const ascending = (order === 'asc') !== backwards;
  const direction = ascending ? 'asc' : 'desc';
  const later = (position: Position) => sql<boolean>`(${time}, ${id}) > (${position.time}, ${position.id})`;
  const earlier = (position: Position) => sql<boolean>`(${time}, ${id}) < (${position.time}, ${position.id})`;

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
