/**
 * Compares moderations with the types of the official clients at compile time. The test asserts that the file was
 * compiled.
 */
import type { OpenAI } from 'openai';
import type { OpenAI as OpenAIv4 } from 'openai-v4';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import { type CreateModerationRequest, type CreateModerationResponse, ModerationResult } from './moderations.ts';

it('moderations fit the types of the official clients, and requests of the clients fit the contract', () => {
  const checks: [
    Assignable<CreateModerationResponse, OpenAI.ModerationCreateResponse>,
    Assignable<CreateModerationResponse, OpenAIv4.ModerationCreateResponse>,
    Assignable<OpenAI.ModerationCreateParams, CreateModerationRequest>,
    Assignable<OpenAIv4.ModerationCreateParams, CreateModerationRequest>,
  ] = [true, true, true, true];
  expect(checks).toHaveLength(4);
});

it('a moderation has the 13 categories in each of its parts', () => {
  const { categories, category_scores, category_applied_input_types } = ModerationResult.properties;
  for (const part of [categories, category_scores, category_applied_input_types]) {
    expect(Object.keys(part.properties)).toHaveLength(13);
  }
});
