/** Queries of usage and costs. */
import Type, { type Static, type TObject, type TProperties, type TUnsafe } from 'typebox';
import type { QuerySchema } from '../operation.ts';
import { oneOf } from '../schema.ts';
import { idsFilter } from './fields.ts';

/** Maximum buckets per page: the minutes of a day. */
const MAX_USAGE_BUCKETS = 1440;

const times = {
  start_time: Type.Integer({ description: 'Start of the range in Unix seconds, inclusive.' }),
  end_time: Type.Optional(Type.Integer({ description: 'End of the range in Unix seconds, exclusive. Default: now.' })),
};
const pageParam = Type.Optional(Type.String({ description: 'The `next_page` of the previous page.' }));
const groupBy = <const G extends readonly string[]>(groups: G) =>
  Type.Optional(Type.Array(oneOf(groups), { description: 'Fields by which the results are grouped.' }));

export const BUCKET_WIDTHS = ['1m', '1h', '1d'] as const;
export type BucketWidth = (typeof BUCKET_WIDTHS)[number];

/** Filters of usage that has an API key. */
export const keyFilters = {
  project_ids: idsFilter('Only usage of these projects.'),
  user_ids: idsFilter('Only usage of these users.'),
  api_key_ids: idsFilter('Only usage of these API keys.'),
};

/** Filters of usage that has a model. */
export const modelFilters = { ...keyFilters, models: idsFilter('Only usage of these models.') };

export interface UsageQueryOf<G> {
  start_time: number;
  end_time?: number;
  bucket_width: BucketWidth;
  group_by?: G[];
  limit?: number;
  page?: string;
}

/** Query of one kind of usage. `bucket_width` has a default, so it is always set for the handler. */
export function usageQuery<const G extends readonly string[], P extends TProperties>(groups: G, filters: P) {
  const query = Type.Object({
    ...times,
    bucket_width: Type.Optional(
      oneOf(BUCKET_WIDTHS, { default: '1d', description: 'Width of the buckets: a minute, an hour or a day.' }),
    ),
    ...filters,
    group_by: groupBy(groups),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_USAGE_BUCKETS,
        description: 'Buckets per page: at most 31 days (default 7), 168 hours (24) or 1440 minutes (60).',
      }),
    ),
    page: pageParam,
  });
  return query as unknown as QuerySchema & TUnsafe<UsageQueryOf<G[number]> & Static<TObject<P>>>;
}

const COST_GROUPS = ['project_id', 'user_id', 'line_item', 'api_key_id', 'api_source'] as const;

const costs = Type.Object({
  ...times,
  bucket_width: Type.Optional(oneOf(['1d'], { default: '1d', description: 'Width of the buckets: a day.' })),
  project_ids: idsFilter('Only costs of these projects.'),
  api_key_ids: idsFilter('Only costs of these API keys.'),
  line_items: idsFilter('Only costs of these line items.'),
  group_by: groupBy(COST_GROUPS),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 180, default: 7, description: 'Maximum buckets per page, 1 to 180.' }),
  ),
  page: pageParam,
});

export interface CostsQuery extends Omit<UsageQueryOf<(typeof COST_GROUPS)[number]>, 'bucket_width' | 'limit'> {
  bucket_width: '1d';
  limit: number;
  project_ids?: string[];
  api_key_ids?: string[];
  line_items?: string[];
}

export const costsQuery = costs as unknown as QuerySchema & TUnsafe<CostsQuery>;
