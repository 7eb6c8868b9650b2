/**
 * Compares completions with the types of the official clients at compile time. The test asserts that the file was
 * compiled.
 */
import type { OpenAI } from 'openai';
import type { OpenAI as OpenAIv4 } from 'openai-v4';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type { CompletionChunk } from './completions/chunk.ts';
import type { CreateCompletionRequest } from './completions/request.ts';
import type { CreateCompletionResponse } from './completions/response.ts';

type Choice = CreateCompletionResponse['choices'][number];
type Logprobs = NonNullable<Choice['logprobs']>;

/** The types of the clients lack null for the first token of a prompt and for fields of a chunk. */
type LogprobsWithoutNull = Omit<Logprobs, 'token_logprobs' | 'top_logprobs'> & {
  token_logprobs?: NonNullable<NonNullable<Logprobs['token_logprobs']>[number]>[];
  top_logprobs?: NonNullable<NonNullable<Logprobs['top_logprobs']>[number]>[];
};
type Without<T extends { choices: { logprobs: unknown; finish_reason: unknown }[]; usage?: unknown }> = Omit<
  T,
  'choices' | 'usage'
> & {
  choices: (Omit<T['choices'][number], 'logprobs' | 'finish_reason'> & {
    logprobs: LogprobsWithoutNull | null;
    finish_reason: NonNullable<T['choices'][number]['finish_reason']>;
  })[];
  usage?: NonNullable<T['usage']>;
};

it('legacy completions and chunks fit the types of the official clients', () => {
  const checks: [
    Assignable<Without<CreateCompletionResponse>, OpenAI.Completion>,
    Assignable<Without<CreateCompletionResponse>, OpenAIv4.Completion>,
    Assignable<Without<CompletionChunk>, OpenAI.Completion>,
    Assignable<Without<CompletionChunk>, OpenAIv4.Completion>,
  ] = [true, true, true, true];
  expect(checks).toHaveLength(4);
});

it('legacy completion requests of the official clients fit the contract', () => {
  const checks: [
    Assignable<OpenAI.CompletionCreateParams, CreateCompletionRequest>,
    Assignable<OpenAIv4.CompletionCreateParams, CreateCompletionRequest>,
  ] = [true, true];
  expect(checks).toHaveLength(2);
});
