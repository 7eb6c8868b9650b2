/**
 * Compares models with the types of the official clients at compile time. The test asserts that the file was compiled.
 */
import type { OpenAI } from 'openai';
import type { OpenAI as OpenAIv4 } from 'openai-v4';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type { DeleteModelResponse, ListModelsResponse, Model } from './models.ts';

it('models fit the types of the official clients', () => {
  const checks: [
    Assignable<Model, OpenAI.Model>,
    Assignable<Model, OpenAIv4.Model>,
    Assignable<DeleteModelResponse, OpenAI.ModelDeleted>,
    Assignable<DeleteModelResponse, OpenAIv4.ModelDeleted>,
    Assignable<ListModelsResponse['data'], OpenAI.Model[]>,
  ] = [true, true, true, true, true];
  expect(checks).toHaveLength(5);
});
