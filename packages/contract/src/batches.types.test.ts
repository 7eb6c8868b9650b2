/**
 * Compares batches with the types of the official clients at compile time. The test asserts that the file was compiled.
 */
import type { OpenAI } from 'openai';
import type { OpenAI as OpenAIv4 } from 'openai-v4';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type { Batch, CreateBatchRequest, ListBatchesResponse } from './batches.ts';

it('batches fit the types of the official clients', () => {
  const checks: [
    Assignable<Batch, OpenAI.Batch>,
    Assignable<Batch, OpenAIv4.Batch>,
    Assignable<OpenAI.BatchCreateParams, CreateBatchRequest>,
    Assignable<OpenAIv4.BatchCreateParams, CreateBatchRequest>,
    Assignable<ListBatchesResponse['data'][number], OpenAI.Batch>,
  ] = [true, true, true, true, true];
  expect(checks).toHaveLength(5);
});
