/** Requests and results of a search in a vector store. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, ref } from '../schema.ts';
import { filter, VectorStoreFileAttributes } from './attributes.ts';

const query = Type.String({ minLength: 1 });

export const VectorStoreSearchRequest = named(
  'VectorStoreSearchRequest',
  Type.Object(
    {
      query: Type.Union([query, Type.Array(query, { minItems: 1, maxItems: 16 })], {
        description: 'One or more search texts, whose results are fused.',
      }),
      rewrite_query: Type.Optional(
        Type.Boolean({
          default: false,
          description: 'Whether to remove words from a question that do not help the search.',
        }),
      ),
      max_num_results: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 50, default: 10, description: 'Maximum results, 1 to 50.' }),
      ),
      filters: Type.Optional(filter),
      ranking_options: Type.Optional(
        Type.Object(
          {
            ranker: Type.Optional(
              oneOf(['none', 'auto', 'default-2024-11-15'], {
                default: 'auto',
                description:
                  '`auto` and `default-2024-11-15` combine semantic and keyword search; `none` is semantic search only.',
              }),
            ),
            score_threshold: Type.Optional(
              Type.Number({ minimum: 0, maximum: 1, default: 0, description: 'Minimum score of a result.' }),
            ),
          },
          { additionalProperties: false },
        ),
      ),
    },
    { additionalProperties: false },
  ),
);
export type VectorStoreSearchRequest = Static<typeof VectorStoreSearchRequest>;

export const VectorStoreSearchResultContentObject = named(
  'VectorStoreSearchResultContentObject',
  Type.Object({ type: Type.Literal('text'), text: Type.String() }, { additionalProperties: false }),
);

export const VectorStoreSearchResultItem = named(
  'VectorStoreSearchResultItem',
  Type.Object(
    {
      file_id: Type.String(),
      filename: Type.String(),
      score: Type.Number({ minimum: 0, maximum: 1, description: 'Relevance of the chunk, from 0 to 1.' }),
      attributes: ref(VectorStoreFileAttributes),
      content: Type.Array(ref(VectorStoreSearchResultContentObject), { description: 'The chunk.' }),
    },
    { additionalProperties: false },
  ),
);
export type VectorStoreSearchResultItem = Static<typeof VectorStoreSearchResultItem>;

export const VectorStoreSearchResultsPage = named(
  'VectorStoreSearchResultsPage',
  Type.Object(
    {
      object: Type.Literal('vector_store.search_results.page'),
      search_query: Type.Array(Type.String(), { description: 'The queries that were searched for.' }),
      data: Type.Array(ref(VectorStoreSearchResultItem), { description: 'Results, best first.' }),
      has_more: Type.Boolean(),
      next_page: nullable(Type.String()),
    },
    { additionalProperties: false },
  ),
);
export type VectorStoreSearchResultsPage = Static<typeof VectorStoreSearchResultsPage>;
