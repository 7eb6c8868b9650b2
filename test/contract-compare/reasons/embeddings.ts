/** Intended differences of embeddings. */
import type { Reason } from '../reason.ts';

export const reasons: readonly Reason[] = [
  {
    pattern: / request CreateEmbeddingRequest\.input\[\](\[\])?: minimum is 0 here, absent there$/,
    reason: 'no token id is negative',
  },
  {
    pattern: / CreateEmbeddingRequest\.input(\[\])?: minLength is 1 here, absent there$/,
    reason: 'the prose of every description refuses an empty string',
  },
  {
    pattern: / CreateEmbeddingRequest\.input\[\]: default is absent here, "" there$/,
    reason: 'the default of an item is the empty string, which is refused',
  },
  {
    pattern: /^latest response Embedding\.embedding: alternative string is only here$/,
    reason: 'with `encoding_format: base64`, which every description offers, the vector is a string',
  },
];
