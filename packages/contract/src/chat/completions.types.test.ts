/**
 * Compares chat completions with the types of the official clients at compile time. The test asserts that the file was
 * compiled.
 */
import type { OpenAI } from 'openai';
import type { OpenAI as OpenAIv4 } from 'openai-v4';
import { expect, it } from 'vitest';
import type { Assignable } from '../assignable.ts';
import type { ChatCompletionChunk } from './completions/chunk.ts';
import type { ChatCompletionRequestMessage } from './completions/messages.ts';
import type { CreateChatCompletionRequest } from './completions/request.ts';
import type { ChatCompletionResponseMessage, CreateChatCompletionResponse } from './completions/response.ts';

type Message = ChatCompletionResponseMessage;
type Choice = CreateChatCompletionResponse['choices'][number];
type ToolCall = NonNullable<Message['tool_calls']>[number];

// Version 4.104 lacks custom tool calls, which only requests with custom tools produce, and some service tiers.
type AnswerForV4 = Omit<CreateChatCompletionResponse, 'choices' | 'service_tier'> & {
  choices: (Omit<Choice, 'message'> & { message: Omit<Message, 'tool_calls'> })[];
};
type ChunkChoice = ChatCompletionChunk['choices'][number];
type CallPiece = NonNullable<ChunkChoice['delta']['tool_calls']>[number];
type ChunkForV4 = Omit<ChatCompletionChunk, 'choices' | 'service_tier'> & {
  choices: (Omit<ChunkChoice, 'delta'> & {
    delta: Omit<ChunkChoice['delta'], 'tool_calls'> & {
      tool_calls?: (Omit<CallPiece, 'type'> & { type?: 'function' })[];
    };
  })[];
};

it('chat completions and chunks fit the types of the official clients', () => {
  const checks: [
    Assignable<CreateChatCompletionResponse, OpenAI.ChatCompletion>,
    Assignable<AnswerForV4, OpenAIv4.ChatCompletion>,
    Assignable<Extract<ToolCall, { type: 'function' }>, OpenAIv4.ChatCompletionMessageToolCall>,
    Assignable<ChatCompletionChunk, OpenAI.ChatCompletionChunk>,
    Assignable<ChunkForV4, OpenAIv4.ChatCompletionChunk>,
  ] = [true, true, true, true, true];
  expect(checks).toHaveLength(5);
});

it('chat requests of the official clients fit the contract', () => {
  const checks: [
    Assignable<OpenAI.ChatCompletionCreateParams, CreateChatCompletionRequest>,
    Assignable<OpenAIv4.ChatCompletionCreateParams, CreateChatCompletionRequest>,
    Assignable<OpenAI.ChatCompletionMessageParam, ChatCompletionRequestMessage>,
    Assignable<OpenAIv4.ChatCompletionMessageParam, ChatCompletionRequestMessage>,
  ] = [true, true, true, true];
  expect(checks).toHaveLength(4);
});

it('the message of an answer fits a later request unchanged', () => {
  const checks: [Assignable<ChatCompletionResponseMessage, ChatCompletionRequestMessage>] = [true];
  expect(checks).toHaveLength(1);
});
