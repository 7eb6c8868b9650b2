/**
 * Our embeddings against the types of the official clients. The compiler is the test; running it asserts that it was
 * compiled.
 */
import type { OpenAI } from 'openai';
import type { OpenAI as OpenAIv4 } from 'openai-v4';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type { CreateEmbeddingRequest, CreateEmbeddingResponse, Embedding } from './embeddings.ts';

// The clients ask for base64 by themselves and hand out numbers, so that their types know numbers only.
type Decoded = Omit<CreateEmbeddingResponse, 'data'> & {
  data: (Omit<Embedding, 'embedding'> & { embedding: number[] })[];
};

it('embeddings fit the types of the official clients', () => {
  const checks: [
    Assignable<Decoded, OpenAI.CreateEmbeddingResponse>,
    Assignable<Decoded, OpenAIv4.CreateEmbeddingResponse>,
    Assignable<OpenAI.EmbeddingCreateParams, CreateEmbeddingRequest>,
    Assignable<OpenAIv4.EmbeddingCreateParams, CreateEmbeddingRequest>,
  ] = [true, true, true, true];
  expect(checks).toHaveLength(4);
});
