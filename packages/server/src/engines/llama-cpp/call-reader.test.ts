import { describe, expect, it } from 'vitest';
import type { ToolCallDelta } from '../language-model.ts';
import { CallReader } from './call-reader.ts';
import { TOOL_FORMS, type ToolFamily, toolFamilyOf } from './tool-form.ts';

/** Reads `text` in pieces of `size` characters. */
function read(family: ToolFamily, text: string, size = 1, plain?: readonly string[]) {
  const reader = new CallReader({ form: TOOL_FORMS[family], afterText: TOOL_FORMS[family].afterText, plain });
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

/** Returns the calls read, and whether a repeated call ends the answer. */
function readList(text: string, size: number) {
  const reader = new CallReader({ form: TOOL_FORMS.hermes, afterText: true });
  const { calls } = read('hermes', text, size);
  reader.push(text);
  return { calls, ended: reader.repeated };
}

const hermesOf = (...calls: [string, string][]) =>
  calls.map(([name, text]) => `<tool_call>\n{"name": "${name}", "arguments": ${text}}\n</tool_call>`).join('\n');

const A = '{"name": "a", "arguments": {"x": "}\\"{", "y": {"z": []}}}';
const B = '{"name": "b", "arguments": {}}';
const CALLS = ['a({"x": "}\\"{", "y": {"z": []}})', 'b({})'];

describe.each([1, 2, 3, 7, 1000])('CallReader with pieces of %i characters', (size) => {
  it('returns the calls of the forms hermes, nano and generic without surrounding text', () => {
    const hermes = `<tool_call>\n${A}\n</tool_call>\n<tool_call>\n${B}\n</tool_call>`;
    expect(read('hermes', hermes, size)).toEqual({ text: '', calls: CALLS, called: true });
    expect(read('nano', `<|invoke|>${A}<|invoke|>${B}`, size)).toEqual({ text: '', calls: CALLS, called: true });
    expect(read('generic', ` \n${A}\n${B}`, size)).toEqual({ text: '', calls: CALLS, called: true });
  });

  const LIST_A = `[${A}, ${B}]`;
  const BODY_A = '{"x": "}\\"{", "y": {"z": []}}';
  const FORMS: [ToolFamily, string][] = [
    ['llama', A.replace('arguments', 'parameters')],
    ['functionary', `<function=a>${BODY_A}</function><function=b>{}</function>`],
    ['mistral-list', `[TOOL_CALLS][${A.slice(0, -1)}, "id": "abcdef123"}, ${B.slice(0, -1)}, "id": "ABCdef456"}]`],
    ['mistral', `[TOOL_CALLS]a[ARGS]${BODY_A}[TOOL_CALLS]b[ARGS]{}`],
    ['mistral-id', `[TOOL_CALLS]a[CALL_ID]abcdef123[ARGS]${BODY_A}[TOOL_CALLS]b[CALL_ID]abcdef124[ARGS]{}`],
    [
      'deepseek',
      `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>a\n\`\`\`json\n${BODY_A}\n\`\`\`<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>b\n\`\`\`json\n{}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    ],
    [
      'deepseek-v3.1',
      `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>a<｜tool▁sep｜>${BODY_A}<｜tool▁call▁end｜><｜tool▁call▁begin｜>b<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
    ],
    ['list', `<|tool_call|>${LIST_A}`],
    ['nemotron', `<TOOLCALL>${LIST_A}</TOOLCALL>`],
  ];
  it.each(FORMS)(
    'returns the calls of the form %s and the text before them if the form allows text',
    (family, text) => {
      const calls = family === 'llama' ? CALLS.slice(0, 1) : CALLS;
      expect(read(family, text, size)).toEqual({ text: '', calls, called: true });
      const preface = `Let me see [T <｜ <T. `;
      const expected = TOOL_FORMS[family].afterText
        ? { text: preface, calls, called: true }
        : { text: preface + text, calls: [], called: false };
      expect(read(family, preface + text, size)).toEqual(expected);
    },
  );

  it('returns all text unchanged, including an incomplete marker of a call', () => {
    for (const text of ['a <tool_cal', '<<tool_calm> {"name": "a"}', ' {x} < <|', '\n', '']) {
      expect(read('hermes', text, size)).toEqual({ text, calls: [], called: false });
    }
    for (const text of ['see {"name": "a", "arguments": {}}', '  \n', ' no { here }', ''])
      expect(read('generic', text, size)).toEqual({ text, calls: [], called: false });
  });

  it('returns the text before a call', () => {
    const text = `Let me see. <\n<tool_call>\n${B}\n</tool_call>`;
    expect(read('hermes', text, size)).toEqual({ text: 'Let me see. <\n', calls: ['b({})'], called: true });
  });

  it('returns calls of a Hermes model as plain JSON, with or without a code fence', () => {
    const fenced = `\`\`\`json\n${A}\n\`\`\`\n\`\`\`json\n{\n  "name": "b",\n  "arguments": {}\n}\n\`\`\``;
    for (const text of [fenced, `${A}\n${B}`, ` \`\`\`\n${A} ${B}\`\`\``]) {
      expect(read('hermes', text, size, ['a', 'b'])).toEqual({ text: '', calls: CALLS, called: true });
    }
    const tagged = `<tool_call>\n${A}\n</tool_call>\n<tool_call>\n${B}\n</tool_call>`;
    expect(read('hermes', tagged, size, ['a', 'b'])).toEqual({ text: '', calls: CALLS, called: true });
  });

  it('returns JSON as text if it calls no function of the request', () => {
    for (const text of [
      '{"name": "Bob", "arguments": {}}',
      '```json\n{"name": "c',
      '{"name": "a b"}',
      '```js\n',
      '{"n<',
    ]) {
      expect(read('hermes', text, size, ['a', 'b'])).toEqual({ text, calls: [], called: false });
    }
    expect(read('hermes', A, size)).toEqual({ text: A, calls: [], called: false });
  });

  it('returns nothing for a call that is cut off in its name', () => {
    expect(read('hermes', '<tool_call>\n{"name": "wea', size)).toEqual({ text: '', calls: [], called: true });
    expect(read('generic', '{"name": "a", "arguments": {"x', size).calls).toEqual(['a({"x)']);
  });
});

describe.each([1, 2, 5, 1000])('CallReader with several calls in pieces of %i characters', (size) => {
  const OSLO = '{"city": "Oslo", "days": 1}';

  it('ends the answer at a call that repeats an earlier one and omits that call', () => {
    const again = hermesOf(['weather', OSLO], ['weather', '{"city": "Rome", "days": 1}'], ['weather', OSLO]);
    const calls = [`weather(${OSLO})`, 'weather({"city": "Rome", "days": 1})'];
    expect(readList(`${again}\n${hermesOf(['clock', '{}'])}`, size)).toEqual({ calls, ended: true });
  });

  it('treats a call as repeated if only the white space of its arguments differs', () => {
    const text = hermesOf(['weather', OSLO], ['weather', '{"city":"Oslo",\n"days":1}']);
    expect(readList(text, size)).toEqual({ calls: [`weather(${OSLO})`], ended: true });
  });

  it('does not treat a call as repeated if its function, arguments or string values differ', () => {
    const others: [string, string][] = [
      ['weather', '{"city": "Oslo", "days": 1}'],
      ['climate', '{"city": "Oslo", "days": 1}'],
      ['weather', '{"city": "Oslo", "days": 12}'],
      ['weather', '{"city": "Os lo", "days": 1}'],
      ['weather', '{"city": "Oslo"}'],
    ];
    const calls = others.map(([name, text]) => `${name}(${text})`);
    expect(readList(hermesOf(...others), size)).toEqual({ calls, ended: false });
  });

  it('omits a call that is cut off while it may still be a repetition', () => {
    const text = hermesOf(['weather', OSLO], ['weather', OSLO]);
    expect(readList(text.slice(0, -30), size)).toEqual({ calls: [`weather(${OSLO})`], ended: false });
  });
});

describe('toolFamilyOf', () => {
  it.each([
    ['hermes', `{% if tools %}{% endif %}{{ '\n<tool_call>\n{"name": "' }}{{ call.name }}`],
    ['generic', `{% if tools %}{% endif %}{{ '<tool_call>\n<function=' + call.name + '>' }}`],
    ['generic', `{% if tools %}{% endif %}{{ '<tool_call>' + call.name }}{{ '<arg_key>' }}`],
    ['nano', `{% if tools %}{{ '<|tools|>' }}{% endif %}{{ '<|invoke|>' }}`],
    ['generic', '{% for m in messages %}{{ m.content }}{% endfor %}'],
    // Excerpts of the official templates of these families.
    [
      'llama',
      `{%- set tools = none %}{{- '<|start_header_id|>assistant' }}{{- '{"name": "' + tool_call.name + '", ' }}{{- '"parameters": ' }}`,
    ],
    [
      'functionary',
      `{% if tools %}{% endif %}{{ '<|python_tag|>' }}{{ '<function=' + tool_call['function']['name'] + '>' + args + '</function>' }}`,
    ],
    [
      'mistral-list',
      `{% if tools is not none %}{{- "[AVAILABLE_TOOLS][" }}{% endif %}{{- "[TOOL_CALLS][" }}{%- set out = tool_call.function|tojson %}`,
    ],
    ['mistral', `{% if tools %}{% endif %}{{- "[TOOL_CALLS]" + tool['function']['name'] + "[ARGS]" + arguments }}`],
    [
      'mistral-id',
      `{% if tools %}{% endif %}{{- '[TOOL_CALLS]' + tool_call.function.name }}{{- '[CALL_ID]' + tool_call.id }}{{- '[ARGS]' }}`,
    ],
    [
      'deepseek',
      `{%- if tools %}{% endif %}{{ '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>' + type + '<｜tool▁sep｜>' + name + '\n\`\`\`json\n' }}`,
    ],
    [
      'deepseek-v3.1',
      `{%- if tools %}{% endif %}{{ '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>' + name + '<｜tool▁sep｜>' }}`,
    ],
    // The official template does not render functions.
    ['generic', `{{ '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>' + tool['function']['name'] + '<｜tool▁sep｜>' }}`],
    [
      'generic',
      `{% if tools %}{% endif %}{{ '<function=' + name + '>' }}{{ '<parameter=' + key + '>' }}{{ '</function>' }}`,
    ],
    ['list', `{%- if tools %}respond only with <|tool_call|> followed by a JSON list{% endif %}`],
    ['nemotron', `{%- if tools %}{% endif %}{{ '<TOOLCALL>[' }}`],
  ] as const)('returns %s for the template %s', (family, source) => {
    expect(toolFamilyOf(source)).toBe(family);
  });
});
