/**
 * Compares embeddings with the types of the official clients at compile time. The test asserts that the file was
 * compiled.
 */
import type { OpenAI } from 'openai';
import type { OpenAI as OpenAIv4 } from 'openai-v4';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type { CreateEmbeddingRequest, CreateEmbeddingResponse, Embedding } from './embeddings.ts';

// The clients request base64 and decode it, so their types contain numbers only.
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
