/** The four forms of `input` → what the embedding-model door takes. */
import type { CreateEmbeddingRequest } from '@selfsame/contract';
import type { EmbeddingInput, EmbedRequest } from '../../engines/embedding-model.ts';

/** One text or one list of token ids is called `input` in errors, one of several `input[3]`. */
export function toEmbedRequest(input: CreateEmbeddingRequest['input']): EmbedRequest {
  if (typeof input === 'string' || isTokens(input)) return { inputs: [input], nameInput: () => 'input' };
  return { inputs: input, nameInput: (index) => `input[${index}]` };
}

export function isTokens(input: EmbeddingInput | readonly EmbeddingInput[]): input is readonly number[] {
  return typeof input !== 'string' && typeof input[0] === 'number';
}
