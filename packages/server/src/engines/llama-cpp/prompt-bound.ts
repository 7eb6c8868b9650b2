/**
 * How many tokens a prompt has at least, without rendering or tokenising it: prompts that are far too long are refused before they wait for
 * the model. Pure. Invariant: never more than the prompt really has.
 */
import { Buffer } from 'node:buffer';
import type { ContinuationRequest } from '../language-model.ts';
import type { TextConversation, TextMessage } from '../message-content.ts';

export interface PromptFacts {
  /** Bytes of the longest token; undefined = tokens of this vocabulary may stand for any number of bytes. */
  longestTokenBytes: number | undefined;
  /** Tokens that the chat template puts around each message, at least. */
  messageTokens: number;
}

export function leastPromptTokens(
  { messages, prompt }: TextConversation | ContinuationRequest,
  { longestTokenBytes = Number.POSITIVE_INFINITY, messageTokens }: PromptFacts,
): number {
  if (typeof prompt === 'string') return Math.ceil(Buffer.byteLength(prompt) / longestTokenBytes);
  if (prompt !== undefined) return prompt.length;
  // Results of functions may be joined with the message behind them.
  const separate = messages.filter(({ role }) => role !== 'tool' && role !== 'function').length;
  return Math.max(separate * messageTokens, Math.ceil(shownBytes(messages) / longestTokenBytes));
}

/** Bytes that the prompt must show: templates may trim contents, and leave out what the assistant thought. */
function shownBytes(messages: readonly TextMessage[]): number {
  return messages.reduce(
    (bytes, { role, content }) => (role === 'assistant' ? bytes : bytes + Buffer.byteLength(content.trim())),
    0,
  );
}

const USER: TextMessage = { role: 'user', content: 'a' };
const ASSISTANT: TextMessage = { role: 'assistant', content: 'a' };
/** Conversations with more messages, and the same with fewer: of both roles in turn, of the user alone, of the assistant alone. */
const SAMPLES: readonly (readonly [more: readonly TextMessage[], fewer: readonly TextMessage[]])[] = [
  [[USER, ASSISTANT, USER, ASSISTANT, USER, ASSISTANT, USER], [USER]],
  [[USER, USER, USER, USER], [USER]],
  [
    [USER, ASSISTANT, ASSISTANT, ASSISTANT, USER],
    [USER, ASSISTANT, USER],
  ],
];

/** Measures `messageTokens`. `count` throws where the template does not take the messages. */
export function measureMessageTokens(count: (messages: readonly TextMessage[]) => number): number {
  const measured = SAMPLES.flatMap(([more, fewer]) => {
    try {
      return [(count(more) - count(fewer)) / (more.length - fewer.length)];
    } catch {
      // Not every template takes two messages of a role in a row.
      return [];
    }
  });
  // The content of each is one token.
  return measured.length === 0 ? 0 : Math.max(0, Math.floor(Math.min(...measured)) - 1);
}
