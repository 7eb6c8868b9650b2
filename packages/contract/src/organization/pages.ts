/** Pages and queries of the lists of the organization. */
import Type, { type Static, type TObject, type TProperties, type TSchema, type TUnsafe } from 'typebox';
import type { QuerySchema } from '../operation.ts';
import { type Named, named, nullable, ref } from '../schema.ts';

export interface NextPageOf<T> {
  object: 'list';
  data: T[];
  has_more: boolean;
  next: string | null;
}

/** A page that names the cursor of the next page, under the component name `name`. */
export function nextPage<T extends TSchema>(name: string, item: Named<T>): Named<TUnsafe<NextPageOf<Static<T>>>> {
  return named(
    name,
    Type.Unsafe<NextPageOf<Static<T>>>(
      Type.Object({
        object: Type.Literal('list'),
        data: Type.Array(ref(item)),
        has_more: Type.Boolean({ description: 'Whether objects follow this page.' }),
        next: nullable(Type.String(), { description: 'The next `after`; null on the last page.' }),
      }),
    ),
  );
}

interface Limits {
  /** Default number of objects. */
  limit: number;
  max: number;
}

/** Query of a list that cannot be sorted. `limit` has a default, so it is always set for the handler. */
export function afterQuery<P extends TProperties>({ limit, max }: Limits, filters: P) {
  const query = Type.Object({
    ...filters,
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: max, default: limit, description: `Maximum objects per page, 1 to ${max}.` }),
    ),
    after: Type.Optional(Type.String({ description: 'Id of the object after which the page starts.' })),
  });
  return query as unknown as QuerySchema & TUnsafe<{ limit: number; after?: string } & Static<TObject<P>>>;
}
