import { describe, expect, it } from 'vitest';
import type { TextMessage } from '../message-content.ts';
import { leastPromptTokens, measureMessageTokens } from './prompt-bound.ts';

const sampling = { temperature: 1, topP: 1 };
const user = (content: string): TextMessage => ({ role: 'user', content });
const facts = { longestTokenBytes: 16, messageTokens: 3 };

describe('leastPromptTokens', () => {
  it('counts the template tokens of each message, and bytes divided by the longest token', () => {
    expect(leastPromptTokens({ messages: Array.from({ length: 10 }, () => user('a')), sampling }, facts)).toBe(30);
    expect(leastPromptTokens({ messages: [user('é'.repeat(80))], sampling }, facts)).toBe(10);
    expect(leastPromptTokens({ prompt: 'x'.repeat(33), sampling }, facts)).toBe(3);
    expect(leastPromptTokens({ prompt: [1, 2, 3], sampling }, facts)).toBe(3);
  });

  it('does not count content that a template may drop', () => {
    const thought: TextMessage = { role: 'assistant', content: 'x'.repeat(1000) };
    const result: TextMessage = { role: 'tool', content: '', toolCallId: 'c' };
    expect(leastPromptTokens({ messages: [user(' '.repeat(1000)), thought, result], sampling }, facts)).toBe(6);
    const unknown = { longestTokenBytes: undefined, messageTokens: 0 };
    expect(leastPromptTokens({ messages: [user('x'.repeat(1000))], sampling }, unknown)).toBe(0);
  });
});

describe('measureMessageTokens', () => {
  it('returns the minimum over the roles', () => {
    const count = (messages: readonly TextMessage[]) =>
      messages.reduce((sum, { role }) => sum + (role === 'user' ? 3 : 6), 1);
    expect(measureMessageTokens(count)).toBe(2);
  });

  it('measures alternating turns if the template requires them, and returns 0 if it accepts no messages', () => {
    const turns = (messages: readonly TextMessage[]) => {
      if (messages.some(({ role }, index) => role === messages[index + 1]?.role)) throw new Error('no turns');
      return messages.length * 4;
    };
    expect(measureMessageTokens(turns)).toBe(3);
    expect(
      measureMessageTokens(() => {
        throw new Error('no messages');
      }),
    ).toBe(0);
  });
});
