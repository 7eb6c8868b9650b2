/**
 * Compares vector stores with the types of the official clients at compile time. The test asserts that the file was
 * compiled.
 */
import type { OpenAI } from 'openai';
import type { OpenAI as OpenAIv4 } from 'openai-v4';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type { CreateVectorStoreFileBatchRequest, VectorStoreFileBatchObject } from './vector-stores/file-batches.ts';
import type { CreateVectorStoreFileRequest, VectorStoreFileObject } from './vector-stores/files.ts';
import type { VectorStoreSearchRequest, VectorStoreSearchResultItem } from './vector-stores/search.ts';
import type { CreateVectorStoreRequest, UpdateVectorStoreRequest, VectorStoreObject } from './vector-stores.ts';

it('vector stores fit the types of the official clients', () => {
  const answers: [
    Assignable<VectorStoreObject, OpenAI.VectorStore>,
    Assignable<VectorStoreObject, OpenAIv4.VectorStore>,
    Assignable<VectorStoreFileObject, OpenAI.VectorStores.VectorStoreFile>,
    Assignable<VectorStoreFileObject, OpenAIv4.VectorStores.VectorStoreFile>,
    Assignable<VectorStoreFileBatchObject, OpenAI.VectorStores.VectorStoreFileBatch>,
    Assignable<VectorStoreFileBatchObject, OpenAIv4.VectorStores.VectorStoreFileBatch>,
    Assignable<VectorStoreSearchResultItem, OpenAI.VectorStoreSearchResponse>,
    Assignable<VectorStoreSearchResultItem, OpenAIv4.VectorStoreSearchResponse>,
  ] = [true, true, true, true, true, true, true, true];
  const requests: [
    Assignable<OpenAI.VectorStoreCreateParams, CreateVectorStoreRequest>,
    Assignable<OpenAI.VectorStoreUpdateParams, UpdateVectorStoreRequest>,
    Assignable<OpenAI.VectorStores.FileCreateParams, CreateVectorStoreFileRequest>,
    Assignable<OpenAI.VectorStores.FileBatchCreateParams, CreateVectorStoreFileBatchRequest>,
    Assignable<Omit<OpenAI.VectorStoreSearchParams, 'filters'>, VectorStoreSearchRequest>,
    Assignable<OpenAI.ComparisonFilter, NonNullable<VectorStoreSearchRequest['filters']>>,
    Assignable<Omit<OpenAIv4.VectorStoreSearchParams, 'filters'>, VectorStoreSearchRequest>,
  ] = [true, true, true, true, true, true, true];
  expect(answers.length + requests.length).toBe(15);
});
