import { describe, expect, it } from 'vitest';
import type { TextMessage } from '../message-content.ts';
import { toPlainMessages } from './tool-messages.ts';

const TOOLS = [
  { name: 'weather', description: 'By town', parameters: { type: 'object' }, param: 'p' },
  { name: 'now', param: 'p' },
];
const user = (content: string): TextMessage => ({ role: 'user', content });
const roles = (messages: readonly TextMessage[]) => messages.map(({ role }) => role);

describe('toPlainMessages', () => {
  it('describes the functions in the first system message, or adds one', () => {
    const [own] = toPlainMessages([user('Hi')], { tools: TOOLS, choice: 'auto' });
    expect(own).toMatchObject({
      role: 'system',
      content: expect.stringContaining('{"name":"weather","description":"By town"'),
    });
    const merged = toPlainMessages([{ role: 'system', content: 'Be brief.' }, user('Hi')], {
      tools: TOOLS,
      choice: 'auto',
    });
    expect(roles(merged)).toEqual(['system', 'user']);
    expect(merged[0]?.content).toMatch(/^Be brief\.\n\nYou can call/);
  });

  it('describes the functions in the first user message if the template has no system messages', () => {
    const described = toPlainMessages([user('Hi')], { tools: TOOLS, choice: 'required' }, { instructionRole: 'user' });
    expect(roles(described)).toEqual(['user']);
    expect(described[0]?.content).toMatch(/^You can call[\s\S]*Answer with a call\.\n\nHi$/);
  });

  it('names the function that must be called', () => {
    const described = toPlainMessages([user('Hi')], { tools: TOOLS, choice: { name: 'now' } });
    expect(described[0]?.content).toContain('Answer with a call of now.');
  });

  it('renders calls in the form of the model, and results as user turns with the function name', () => {
    const toolCalls = [
      { id: 'a', name: 'weather', arguments: '{"city":"Oslo"}' },
      { id: 'b', name: 'now', arguments: '{}' },
    ];
    const messages: TextMessage[] = [
      user('Hi'),
      { role: 'assistant', content: '', toolCalls },
      { role: 'tool', content: 'rain', toolCallId: 'a' },
      { role: 'tool', content: 'noon', toolCallId: 'b' },
      user('Thanks'),
      user('Bye'),
    ];
    expect(toPlainMessages(messages, undefined)).toEqual([
      user('Hi'),
      {
        role: 'assistant',
        content: '{"name": "weather", "arguments": {"city":"Oslo"}}\n{"name": "now", "arguments": {}}',
      },
      user('Result of weather: rain\nResult of now: noon\nThanks'),
      user('Bye'),
    ]);
  });
});
