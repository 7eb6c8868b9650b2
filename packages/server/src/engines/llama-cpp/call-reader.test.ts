import { describe, expect, it } from 'vitest';
import type { ToolCallDelta } from '../language-model.ts';
import { CallReader } from './call-reader.ts';
import { TOOL_FORMS, type ToolFamily, toolFamilyOf } from './tool-form.ts';

/** Reads `text` in pieces of `size` characters. */
function read(family: ToolFamily, text: string, size = 1) {
  const reader = new CallReader(TOOL_FORMS[family]);
  const deltas: ToolCallDelta[] = [];
  let shown = '';
  for (let at = 0; at < text.length; at += size) {
    const piece = reader.push(text.slice(at, at + size));
    shown += piece.text;
    deltas.push(...piece.calls);
  }
  const names = deltas.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const joined = (call: number) => deltas.filter(({ index }) => index === call).map((delta) => delta.arguments);
  const calls = names.map((name, index) => `${name}(${joined(index).join('')})`);
  return { text: shown + reader.flush(), calls, called: reader.called };
}

const A = '{"name": "a", "arguments": {"x": "}\\"{", "y": {"z": []}}}';
const B = '{"name": "b", "arguments": {}}';
const CALLS = ['a({"x": "}\\"{", "y": {"z": []}})', 'b({})'];

describe.each([1, 2, 3, 7, 1000])('a reader of calls, given %i characters at a time', (size) => {
  it('reads the calls of each form and nothing around them', () => {
    const hermes = `<tool_call>\n${A}\n</tool_call>\n<tool_call>\n${B}\n</tool_call>`;
    expect(read('hermes', hermes, size)).toEqual({ text: '', calls: CALLS, called: true });
    expect(read('nano', `<|invoke|>${A}<|invoke|>${B}`, size)).toEqual({ text: '', calls: CALLS, called: true });
    expect(read('generic', ` \n${A}\n${B}`, size)).toEqual({ text: '', calls: CALLS, called: true });
  });

  it('keeps every character of text, also what looks like the beginning of a call', () => {
    for (const text of ['a <tool_cal', '<<tool_calm> {"name": "a"}', ' {x} < <|', '\n', '']) {
      expect(read('hermes', text, size)).toEqual({ text, calls: [], called: false });
    }
    for (const text of ['see {"name": "a", "arguments": {}}', '  \n', ' no { here }', ''])
      expect(read('generic', text, size)).toEqual({ text, calls: [], called: false });
  });

  it('reads text before a call', () => {
    const text = `Let me see. <\n<tool_call>\n${B}\n</tool_call>`;
    expect(read('hermes', text, size)).toEqual({ text: 'Let me see. <\n', calls: ['b({})'], called: true });
  });

  it('shows nothing of a call that is cut before its name is whole', () => {
    expect(read('hermes', '<tool_call>\n{"name": "wea', size)).toEqual({ text: '', calls: [], called: true });
    expect(read('generic', '{"name": "a", "arguments": {"x', size).calls).toEqual(['a({"x)']);
  });
});

describe('the family of a template', () => {
  it.each([
    ['hermes', `{% if tools %}{% endif %}{{ '\n<tool_call>\n{"name": "' }}{{ call.name }}`],
    ['generic', `{% if tools %}{% endif %}{{ '<tool_call>\n<function=' + call.name + '>' }}`],
    ['generic', `{% if tools %}{% endif %}{{ '<tool_call>' + call.name }}{{ '<arg_key>' }}`],
    ['nano', `{% if tools %}{{ '<|tools|>' }}{% endif %}{{ '<|invoke|>' }}`],
    ['generic', '{% for m in messages %}{{ m.content }}{% endfor %}'],
  ] as const)('is %s for %s', (family, source) => {
    expect(toolFamilyOf(source)).toBe(family);
  });
});
