import type { ChatCompletionRequestMessage } from '@selfsame/contract';
import { describe, expect, it } from 'vitest';
import { toLanguageModelMessages } from './messages.ts';

const USER = { role: 'user', content: 'hi' } as const;
const call = (id: string) => ({ id, type: 'function' as const, function: { name: 'f', arguments: '{}' } });
const calling = (...ids: string[]) => ({ role: 'assistant' as const, content: null, tool_calls: ids.map(call) });
const result = (id: string) => ({ role: 'tool' as const, tool_call_id: id, content: 'done' });

const UNANSWERED =
  "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
  'The following tool_call_ids did not have response messages: ';

describe('the history of tool calls', () => {
  it.each<[string, ChatCompletionRequestMessage[], string, string]>([
    ['another message follows', [USER, calling('a'), USER], 'a', 'messages.[2].role'],
    ['it is the last message', [USER, calling('a', 'b')], 'a, b', 'messages.[1].role'],
    ['one of two has no answer', [USER, calling('a', 'b'), result('b'), USER], 'a', 'messages.[3].role'],
    ['the answer comes too late', [calling('a'), USER, result('a')], 'a', 'messages.[1].role'],
    ['the assistant calls again', [calling('a'), calling('b'), result('b')], 'a', 'messages.[1].role'],
  ])('refuses a history and names the unanswered calls where %s', (_where, messages, ids, param) => {
    expect(() => toLanguageModelMessages(messages)).toThrow(
      expect.objectContaining({ message: UNANSWERED + ids, param, status: 400 }),
    );
  });

  it.each<[string, ChatCompletionRequestMessage[], string]>([
    ['first', [result('a')], 'messages.[0].role'],
    ['behind the user', [USER, result('a')], 'messages.[1].role'],
    ['behind an answer without calls', [{ role: 'assistant', content: 'x' }, result('a')], 'messages.[1].role'],
  ])('refuses a tool message %s', (_where, messages, param) => {
    const message =
      "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
    expect(() => toLanguageModelMessages(messages)).toThrow(expect.objectContaining({ message, param, status: 400 }));
  });

  it.each<[string, ChatCompletionRequestMessage[], string]>([
    ['no call', [calling('a'), result('x'), result('a')], "'x'"],
    ['a call that is answered already', [calling('a', 'b'), result('a'), result('a')], "'a'"],
  ])('refuses a tool message that answers %s', (_what, messages, id) => {
    const message = `Invalid parameter: 'tool_call_id' of ${id} not found in 'tool_calls' of previous message.`;
    expect(() => toLanguageModelMessages(messages)).toThrow(
      expect.objectContaining({ message, param: expect.stringMatching(/^messages\.\[\d\]\.tool_call_id$/) }),
    );
  });

  it('accepts results of calls in any order, further calls, and the older form without a result', () => {
    const messages: ChatCompletionRequestMessage[] = [
      USER,
      calling('a', 'b'),
      result('b'),
      result('a'),
      calling('a'),
      result('a'),
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      USER,
    ];
    expect(toLanguageModelMessages(messages).map(({ role }) => role)).toEqual(messages.map(({ role }) => role));
  });
});
