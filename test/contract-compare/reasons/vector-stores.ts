/** Intended differences of vector stores. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern: /^\S+ response VectorStoreFileObject\.x_selfsame_warnings: is only here$/,
    reason: 'an extension: it names the parts of a file that could not be read',
  },
  {
    pattern: / StaticChunkingStrategy\.chunk_overlap_tokens: maximum is 2048 here, absent there$/,
    reason: 'half of the largest chunk, as its description says',
  },
  {
    pattern: /^\S+ (request|response) StaticChunkingStrategy\.chunk_overlap_tokens: minimum is 0 here, absent there$/,
    reason: 'an overlap is not negative',
  },
  {
    pattern: /^\S+ response List(VectorStores|VectorStoreFiles)Response\.object: only list here, any value there$/,
    reason: 'the only value that the descriptions show',
  },
  {
    pattern:
      /^\S+ request VectorStoreSearchRequest\.query(\[\])?: (minLength|minItems|maxItems) is (absent|\d+) here, (absent|1) there$/,
    reason:
      'an empty query finds nothing; the number of queries is limited; the minimum of the list is declared at its items there',
  },
  {
    pattern: /^\S+ response VectorStoreSearchResultsPage\.search_query\[\]: minItems is absent here, 1 there$/,
    reason: 'the minimum of the list is declared at its items there',
  },
  {
    pattern: /^latest request ComparisonFilter\.type: default is absent here, "eq" there$/,
    reason: 'it is required, so its default has no effect',
  },
  {
    pattern: /^\S+ request CompoundFilter\.filters: minItems is 1 here, absent there$/,
    reason: 'a compound of no filters has no defined meaning',
  },
  {
    pattern:
      /^\S+ request (CompoundFilter\.filters\[\]|VectorStoreSearchRequest\.filters): (no alternative (any|object type=eq\|ne\|gt\|gte\|lt\|lte)|alternative object type=and\|or is only here)$/,
    reason:
      'filters are recursive, which the descriptions express differently; the comparisons of 2025-04 are among the current ones',
  },
  {
    pattern: /^\S+ (request|response) VectorStoreFileAttributes\{\}: maxLength is 512 here, absent there$/,
    reason: 'the limit is declared at the strings among the values there',
  },
  {
    pattern: /^latest request UpdateVectorStoreRequest\.expires_after: null is allowed here, not there$/,
    reason: 'it is nullable there with keywords that OpenAPI 3.1 does not have; null removes the expiry',
  },
  {
    pattern:
      /^\S+ response VectorStoreFileContentResponse\.data\[\]\.(type|text): (only text here, any value there|is required only here)$/,
    reason: 'the only kind of content that the descriptions name; it is always complete',
  },
  {
    pattern: /^\S+ response StaticChunkingStrategyResponseParam: no alternative object type=other$/,
    reason: 'for files from before chunking existed; this server has none',
  },
  {
    pattern: /^latest request CreateVectorStoreFileBatchRequest: no alternative object {2}#1$/,
    reason: 'the operation requires `file_ids` or `files` and names the missing parameter',
  },
  {
    pattern: /^2024-05 response VectorStoreFileObject\.last_error\.code: lacks the values internal_error, /,
    reason: 'values of a few weeks in 2024; both generations of the client read the current ones',
  },
];
