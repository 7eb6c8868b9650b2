import { expect, it } from 'vitest';
import type { ModelCall } from '../storage/repositories/model-calls.ts';
import { createToolRegistry } from './registry.ts';
import type { ServerTool } from './tool.ts';

/** Cites each occurrence of its mark as the first call of its type. */
const toolOf = (type: string, mark: string): ServerTool => ({
  type,
  functions: () => [{ name: type, description: type, parameters: {}, own: { type, details: {} } }],
  run: async (call) => ({ ...call, output: '' }),
  mayEndCitation: (piece) => piece.includes(mark),
  findCitations: (text, calls, { from }) => {
    const start = text.indexOf(mark, from);
    const fileId = calls[0]?.id;
    return start < 0 || fileId === undefined
      ? []
      : [{ text: mark, start, end: start + mark.length, source: { type: 'file' as const, fileId } }];
  },
});

const callOf = (id: string, type: string): ModelCall => ({
  id,
  name: type,
  arguments: '{}',
  output: '',
  own: { type, details: {} },
});

const registry = createToolRegistry([toolOf('one', '<1>'), toolOf('two', '<2>')]);

it('gives each tool its own calls and returns the citations of all tools by position', () => {
  const calls = [callOf('b', 'two'), callOf('a', 'one')];
  const found = registry.findCitations('x <2> y <1>', calls);
  expect(found.map(({ text, source }) => [text, source.type === 'file' && source.fileId])).toEqual([
    ['<2>', 'b'],
    ['<1>', 'a'],
  ]);
  expect(registry.mayEndCitation('<1>', 'y <1>')).toBe(true);
  expect(registry.mayEndCitation('no mark', 'no mark')).toBe(false);
});

it('refuses two tools of one type', () => {
  expect(() => createToolRegistry([toolOf('one', 'a'), toolOf('one', 'b')])).toThrow("Two tools have the type 'one'.");
});
