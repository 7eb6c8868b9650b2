import { expect, it } from 'vitest';
import type { LanguageModelMessage } from '../../engines/language-model.ts';
import { textOf } from '../../engines/message-content.ts';
import { type ContextEntry, type ContextWindow, chooseEntries, estimateTokens } from './context-window.ts';

/** 10 estimated tokens each. */
const said = (role: 'user' | 'assistant', name: string): ContextEntry => ({
  kind: 'message',
  messages: [{ role, content: name.padEnd(24, '.') }],
});
const calls: ContextEntry = {
  kind: 'calls',
  messages: [
    { role: 'assistant', content: '', toolCalls: [{ id: 'c', name: 'add', arguments: '{}' }] },
    { role: 'tool', content: 'sum', toolCallId: 'c' },
  ],
};

/** Chooses entries of a conversation that is given oldest first. Returns them and the number of entries read. */
async function choose(conversation: readonly ContextEntry[], window: ContextWindow) {
  let read = 0;
  async function* backwards() {
    for (const entry of conversation.toReversed()) {
      read += 1;
      yield entry;
    }
  }
  const { entries, ...rest } = await chooseEntries(backwards(), window);
  const names = entries.map(({ kind, messages }) =>
    kind === 'calls' ? 'calls' : textOf(messages[0]?.content ?? '').replaceAll('.', ''),
  );
  return { names, read, ...rest };
}

const CONVERSATION = [
  said('user', 'a'),
  said('assistant', 'b'),
  said('user', 'c'),
  calls,
  said('assistant', 'd'),
  said('user', 'e'),
];

it('counts four bytes as a token, also of calls, and four tokens for each message', () => {
  const messages: LanguageModelMessage[] = [{ role: 'user', content: 'ä'.repeat(4) }, ...calls.messages];
  expect(estimateTokens(messages)).toBe(2 + 2 + 1 + 3 * 4);
});

it('chooses the newest entries that fit, whole, and reads no further', async () => {
  expect(await choose(CONVERSATION, { type: 'tokens', tokens: 1000 })).toEqual({
    names: ['a', 'b', 'c', 'calls', 'd', 'e'],
    read: 6,
    complete: true,
    droppable: true,
  });
  expect(await choose(CONVERSATION, { type: 'tokens', tokens: 29 })).toEqual({
    names: ['d', 'e'],
    read: 3,
    complete: false,
    droppable: true,
  });
});

it('always includes the newest message of the user', async () => {
  const conversation = [...CONVERSATION, calls, said('assistant', 'f')];
  for (const window of [{ type: 'tokens', tokens: 0 } as const, { type: 'messages', messages: 1 } as const]) {
    expect(await choose(conversation, window)).toEqual({
      names: ['e', 'calls', 'f'],
      read: 4,
      complete: false,
      droppable: false,
    });
  }
});

it('counts messages, not the calls between them', async () => {
  expect(await choose(CONVERSATION, { type: 'messages', messages: 3 })).toMatchObject({
    names: ['c', 'calls', 'd', 'e'],
    complete: false,
    droppable: false,
  });
});
