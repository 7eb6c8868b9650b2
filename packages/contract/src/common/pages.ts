/** Cursor pages of lists of stored objects. */
import Type, { type Static, type TObject, type TProperties, type TSchema, type TUnsafe } from 'typebox';
import type { QuerySchema } from '../operation.ts';
import { type Named, named, nullable, oneOf, ref } from '../schema.ts';

export interface PageOf<T> {
  object: 'list';
  data: T[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}

/** A page of objects under the component name `name`. */
export function page<T extends TSchema>(name: string, item: Named<T>): Named<TUnsafe<PageOf<Static<T>>>> {
  return named(
    name,
    Type.Unsafe<PageOf<Static<T>>>(
      Type.Object({
        object: Type.Literal('list'),
        data: Type.Array(ref(item)),
        first_id: nullable(Type.String(), {
          description: 'Id of the first object of this page; null if the page is empty.',
        }),
        last_id: nullable(Type.String(), { description: 'Id of the last object of this page: the next `after`.' }),
        has_more: Type.Boolean({ description: 'Whether objects follow this page.' }),
      }),
    ),
  );
}

export interface PageLimits {
  /** Default number of objects. */
  limit: number;
  max: number;
  /** Default 1. */
  min?: number;
  order?: 'asc' | 'desc';
}

/** Query of a list. Parameters with a default are optional for the client and always set for the handler. */
export interface PageQuery {
  limit: number;
  order: 'asc' | 'desc';
  after?: string;
}

/** For lists with both directions. */
export const beforeParam = Type.Optional(
  Type.String({ description: 'Id of the object before which the page ends, for paging backwards.' }),
);

/** Query of a list without `before`: `limit`, `order`, `after`, and the optional `filters`. */
export function pageQuery<P extends TProperties>({ limit, max, min = 1, order = 'desc' }: PageLimits, filters: P) {
  const query = Type.Object({
    ...filters,
    limit: Type.Optional(
      Type.Integer({
        minimum: min,
        maximum: max,
        default: limit,
        description: `Maximum objects per page, ${min} to ${max}.`,
      }),
    ),
    order: Type.Optional(
      oneOf(['asc', 'desc'], { default: order, description: 'By time of creation: oldest or newest first.' }),
    ),
    after: Type.Optional(Type.String({ description: 'Id of the object after which the page starts.' })),
  });
  return query as unknown as QuerySchema & TUnsafe<PageQuery & Static<TObject<P>>>;
}
