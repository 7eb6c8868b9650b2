/** The file search tool. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, ref, tagged } from '../../schema.ts';
import { ComparisonFilter, CompoundFilter, type Filter } from '../../vector-stores/attributes.ts';

export const RankerVersionType = named('RankerVersionType', oneOf(['auto', 'default-2024-11-15']));
export type RankerVersionType = Static<typeof RankerVersionType>;

export const HybridSearchOptions = named(
  'HybridSearchOptions',
  Type.Object({
    embedding_weight: Type.Number({ description: 'Weight of the semantic search.' }),
    text_weight: Type.Number({ description: 'Weight of the keyword search.' }),
  }),
);
export type HybridSearchOptions = Static<typeof HybridSearchOptions>;

export const RankingOptions = named(
  'RankingOptions',
  Type.Object({
    ranker: Type.Optional(ref(RankerVersionType)),
    score_threshold: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Minimum score of a result, 0 to 1.' }),
    ),
    hybrid_search: Type.Optional(ref(HybridSearchOptions)),
  }),
);
export type RankingOptions = Static<typeof RankingOptions>;

export const Filters = named('Filters', Type.Unsafe<Filter>(tagged('type', [ComparisonFilter, CompoundFilter])));
export type Filters = Static<typeof Filters>;

export const FileSearchTool = named(
  'FileSearchTool',
  Type.Object({
    type: Type.Literal('file_search', { default: 'file_search' }),
    vector_store_ids: Type.Array(Type.String(), { description: 'Ids of the vector stores to search.' }),
    max_num_results: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, description: 'Maximum results, 1 to 50.' })),
    ranking_options: Type.Optional(ref(RankingOptions)),
    filters: Type.Optional(nullable(ref(Filters))),
  }),
);
export type FileSearchTool = Static<typeof FileSearchTool>;
