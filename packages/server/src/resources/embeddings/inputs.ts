/** Converts the four forms of `input` to a request to the embedding model. */
import type { CreateEmbeddingRequest } from '@selfsame/contract';
import type { EmbeddingInput, EmbedRequest } from '../../engines/embedding-model.ts';

/** Errors name a single input `input`, and one of several `input[3]`. */
export function toEmbedRequest(input: CreateEmbeddingRequest['input']): EmbedRequest {
  if (typeof input === 'string' || isTokens(input)) return { inputs: [input], nameInput: () => 'input' };
  return { inputs: input, nameInput: (index) => `input[${index}]` };
}

export function isTokens(input: EmbeddingInput | readonly EmbeddingInput[]): input is readonly number[] {
  return typeof input !== 'string' && typeof input[0] === 'number';
}
