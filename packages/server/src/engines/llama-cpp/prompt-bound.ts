/**
 * Computes a lower bound of a prompt's tokens without rendering or tokenizing it. Prompts that are far too long are
 * refused before they wait for the model. Pure. Invariant: the bound never exceeds the real number of tokens.
 */
import { Buffer } from 'node:buffer';
import type { ContinuationRequest } from '../language-model.ts';
import type { TextConversation, TextMessage } from '../message-content.ts';

export interface PromptFacts {
  /** Bytes of the longest token; undefined = a token of this vocabulary can represent any number of bytes. */
  longestTokenBytes: number | undefined;
  /** Minimum number of tokens that the chat template adds per message. */
  messageTokens: number;
}

export function leastPromptTokens(
  { messages, prompt }: TextConversation | ContinuationRequest,
  { longestTokenBytes = Number.POSITIVE_INFINITY, messageTokens }: PromptFacts,
): number {
  if (typeof prompt === 'string') return Math.ceil(Buffer.byteLength(prompt) / longestTokenBytes);
  if (prompt !== undefined) return prompt.length;
  // A template may join tool results with the next message.
  const separate = messages.filter(({ role }) => role !== 'tool' && role !== 'function').length;
  return Math.max(separate * messageTokens, Math.ceil(shownBytes(messages) / longestTokenBytes));
}

/** Bytes that every template renders: templates may trim contents and omit messages of the assistant. */
function shownBytes(messages: readonly TextMessage[]): number {
  return messages.reduce(
    (bytes, { role, content }) => (role === 'assistant' ? bytes : bytes + Buffer.byteLength(content.trim())),
    0,
  );
}

const USER: TextMessage = { role: 'user', content: 'a' };
const ASSISTANT: TextMessage = { role: 'assistant', content: 'a' };
/**
 * Pairs of a longer and a shorter conversation: alternating roles, user messages in a row, assistant messages in a row.
 */
const SAMPLES: readonly (readonly [more: readonly TextMessage[], fewer: readonly TextMessage[]])[] = [
  [[USER, ASSISTANT, USER, ASSISTANT, USER, ASSISTANT, USER], [USER]],
  [[USER, USER, USER, USER], [USER]],
  [
    [USER, ASSISTANT, ASSISTANT, ASSISTANT, USER],
    [USER, ASSISTANT, USER],
  ],
];

/** Measures `messageTokens`. `count` throws if the template refuses the messages. */
export function measureMessageTokens(count: (messages: readonly TextMessage[]) => number): number {
  const measured = SAMPLES.flatMap(([more, fewer]) => {
    try {
      return [(count(more) - count(fewer)) / (more.length - fewer.length)];
    } catch {
      // Some templates refuse two messages of a role in a row.
      return [];
    }
  });
  // Subtracts the content, which is one token per message.
  return measured.length === 0 ? 0 : Math.max(0, Math.floor(Math.min(...measured)) - 1);
}
