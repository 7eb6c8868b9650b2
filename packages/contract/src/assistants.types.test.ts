/** Compile-time comparison of assistants and threads with the types of the official client of that API version. */
import type { OpenAI } from 'openai-v4';
import type { OpenAI as OpenAIv447 } from 'openai-v4-47';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type {
  AssistantObject,
  CreateAssistantRequest,
  DeleteAssistantResponse,
  ModifyAssistantRequest,
} from './assistants.ts';
import type {
  CreateMessageRequest,
  DeleteMessageResponse,
  MessageObject,
  ModifyMessageRequest,
} from './threads/messages.ts';
import type { CreateThreadRequest, DeleteThreadResponse, ModifyThreadRequest, ThreadObject } from './threads.ts';

/** Requests may contain `none`, responses never do; the types of the client lack `strict: null`. */
type Answered = Omit<AssistantObject, 'response_format'>;

it('assistants, threads and messages fit the types of the official client', () => {
  const checks: [
    Assignable<Answered, Omit<OpenAI.Beta.Assistant, 'response_format'>>,
    Assignable<Exclude<AssistantObject['response_format'], 'none'>, OpenAI.Beta.Assistant['response_format']>,
    Assignable<OpenAI.Beta.AssistantCreateParams['tools'], CreateAssistantRequest['tools']>,
    Assignable<OpenAI.Beta.AssistantCreateParams, CreateAssistantRequest>,
    Assignable<OpenAI.Beta.AssistantUpdateParams, ModifyAssistantRequest>,
    Assignable<DeleteAssistantResponse, OpenAI.Beta.AssistantDeleted>,
    Assignable<ThreadObject, OpenAI.Beta.Thread>,
    Assignable<OpenAI.Beta.ThreadUpdateParams, ModifyThreadRequest>,
    Assignable<DeleteThreadResponse, OpenAI.Beta.ThreadDeleted>,
    Assignable<MessageObject, OpenAI.Beta.Threads.Message>,
    Assignable<OpenAI.Beta.Threads.MessageUpdateParams, ModifyMessageRequest>,
    Assignable<Omit<OpenAI.Beta.Threads.MessageCreateParams, 'attachments'>, Omit<CreateMessageRequest, 'attachments'>>,
    Assignable<DeleteMessageResponse, OpenAI.Beta.Threads.MessageDeleted>,
    Assignable<Omit<OpenAI.Beta.ThreadCreateParams, 'messages'>, CreateThreadRequest>,
    Assignable<Answered, Omit<OpenAIv447.Beta.Assistant, 'response_format'>>,
    Assignable<ThreadObject, OpenAIv447.Beta.Thread>,
    // That client predates refusals.
    Assignable<Omit<MessageObject, 'content'>, Omit<OpenAIv447.Beta.Threads.Message, 'content'>>,
    Assignable<OpenAIv447.Beta.AssistantCreateParams['tools'], CreateAssistantRequest['tools']>,
    Assignable<keyof OpenAIv447.Beta.ThreadCreateParams, keyof CreateThreadRequest>,
  ] = [
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
    true,
  ];
  expect(checks).toHaveLength(19);
});
