import { describe, expect, it } from 'vitest';
import type { GenerationEvent } from '../generate.ts';
import { readCustomCalls, toArguments, toInput, toInputSchema } from './custom-calls.ts';

const INPUT = 'say "hi"\n\tto \\ 😀 日 }{';

async function* toEvents(text: string, size: number): AsyncGenerator<GenerationEvent> {
  const at = { choice: 0, index: 1, completionTokens: 1 };
  yield { type: 'tool-call', ...at, index: 0, name: 'look' };
  yield { type: 'tool-arguments', ...at, index: 0, text: '{"a":1}' };
  yield { type: 'tool-call', ...at, name: 'write' };
  for (let from = 0; from < text.length; from += size)
    yield { type: 'tool-arguments', ...at, text: text.slice(from, from + size) };
}

describe('calls of custom tools', () => {
  it.each([1, 2, 3, 5, 8, 100])('returns the input of a custom tool from pieces of %i characters', async (size) => {
    const escaped = toArguments(INPUT).replace('😀', '\\ud83d\\ude00').replace('":', '": ');
    const events = await Array.fromAsync(readCustomCalls(toEvents(escaped, size), new Set(['write'])));
    const joined = events.flatMap((event) => (event.type === 'tool-arguments' && event.custom ? [event.text] : []));
    expect(joined.join('')).toBe(INPUT);
    expect(events.filter((event) => event.custom !== true)).toHaveLength(2);
  });

  it('returns the certain part of a truncated custom tool input', () => {
    expect(toInput('{"input": "ab\\u00e9c\\u00')).toBe('abéc');
    expect(toInput('{"inp')).toBe('');
  });

  it('requires the whole input of a custom tool to match the pattern', () => {
    const { properties } = toInputSchema('a|b') as { properties: { input: { pattern: string } } };
    expect(['a', 'ab'].map((text) => new RegExp(properties.input.pattern, 'u').test(text))).toEqual([true, false]);
  });
});
