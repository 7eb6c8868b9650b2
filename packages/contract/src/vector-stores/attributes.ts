/** Attributes of a file in a vector store, and filters over them. */
import Type, { type Static } from 'typebox';
import { type Named, named, nullable, oneOf, ref, tagged } from '../schema.ts';

export type AttributeValue = string | number | boolean;

/** Up to 16 pairs; keys up to 64 characters, texts up to 512. Null means none. */
export const VectorStoreFileAttributes = named(
  'VectorStoreFileAttributes',
  nullable(
    Type.Unsafe<Record<string, AttributeValue>>({
      type: 'object',
      description:
        'Up to 16 pairs: keys of at most 64 characters; values are numbers, booleans, or strings of at most 512 characters.',
      maxProperties: 16,
      propertyNames: { type: 'string', maxLength: 64 },
      additionalProperties: { type: ['string', 'number', 'boolean'], maxLength: 512 },
    }),
  ),
);
export type VectorStoreFileAttributes = Static<typeof VectorStoreFileAttributes>;

export const ComparisonFilter = named(
  'ComparisonFilter',
  Type.Object(
    {
      type: oneOf(['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin'], {
        description:
          'Equal, not equal, greater, greater or equal, less, less or equal, in list, not in list. A file without the attribute matches only `ne` and `nin`.',
      }),
      key: Type.String({ description: 'Name of the attribute.' }),
      value: Type.Unsafe<AttributeValue | (string | number)[]>({
        type: ['string', 'number', 'boolean', 'array'],
        items: { type: ['string', 'number'] },
        description: 'Value to compare with: a list for `in` and `nin`, else a single value.',
      }),
    },
    { additionalProperties: false },
  ),
);
export type ComparisonFilter = Static<typeof ComparisonFilter>;

export interface CompoundFilter {
  type: 'and' | 'or';
  filters: Filter[];
}

export type Filter = ComparisonFilter | CompoundFilter;

const nested = Type.Unsafe<Filter>({
  type: 'object',
  oneOf: [ref(ComparisonFilter), { $ref: '#/components/schemas/CompoundFilter' }],
  discriminator: { propertyName: 'type' },
});

export const CompoundFilter: Named = named(
  'CompoundFilter',
  Type.Object(
    {
      type: oneOf(['and', 'or'], { description: 'Whether all filters must match, or at least one.' }),
      filters: Type.Array(nested, { minItems: 1, description: 'Comparisons or nested compound filters.' }),
    },
    { additionalProperties: false },
  ),
);

export const filter = Type.Unsafe<Filter>(
  tagged('type', [ComparisonFilter, CompoundFilter], { description: 'Filter by the attributes of files.' }),
);
