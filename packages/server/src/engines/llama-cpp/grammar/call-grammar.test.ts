/** Calls in the form of every family: what a model of random weights writes under their grammar is read back whole. */
import Ajv2020 from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ToolFunction } from '../../language-model.ts';
import { CallReader } from '../call-reader.ts';
import { createGrammarWriter, type GrammarWriter } from '../testing/write-under-grammar.ts';
import { TOOL_FORMS, type ToolFamily } from '../tool-form.ts';
import { toCallGrammar } from './call-grammar.ts';
import { type Convert, createSchemaConverter } from './schema-converter.ts';

const parameters = {
  type: 'object',
  properties: { city: { type: 'string', maxLength: 5 }, days: { type: 'integer', minimum: 1, maximum: 7 } },
  required: ['city'],
  additionalProperties: false,
};
const TOOLS: readonly ToolFunction[] = [
  { name: 'weather', parameters, param: 'p' },
  { name: 'now', param: 'p' },
];
const { convert: convertUntil } = createSchemaConverter();
const convert: Convert = (schemas) => convertUntil(schemas, new AbortController().signal);
const validate = new Ajv2020.default().compile(parameters);

let writer: GrammarWriter;
beforeAll(async () => {
  writer = await createGrammarWriter();
});
afterAll(() => writer.close());

function read(family: ToolFamily, text: string, plain?: readonly string[]) {
  const form = TOOL_FORMS[family];
  const reader = new CallReader({ form, afterText: form.afterText, plain });
  const calls: { name: string; arguments: string }[] = [];
  // A token may hold any part of the form: the pieces are of different lengths.
  let shown = '';
  for (let at = 0, size = 1; at < text.length; at += size, size = (size % 7) + 1) {
    const piece = reader.push(text.slice(at, at + size));
    shown += piece.text;
    for (const { index, name, arguments: more } of piece.calls) {
      const call = calls[index] ?? { name: name ?? '', arguments: '' };
      calls[index] = call;
      call.arguments += more;
    }
  }
  return { shown: shown + reader.flush(), calls };
}

describe('the grammar of calls', () => {
  it.each(Object.keys(TOOL_FORMS) as ToolFamily[])(
    'in the form of %s lets only whole calls be made',
    async (family) => {
      const asked = { tools: TOOLS, choice: 'required', parallel: true, format: undefined } as const;
      const print = await toCallGrammar(asked, convert);
      let made = 0;
      for (let seed = 1; seed <= 4; seed += 1) {
        const { text, ended } = await writer.write(print(TOOL_FORMS[family]), seed);
        if (!ended) continue;
        const { shown, calls } = read(family, text);
        expect(shown).toBe('');
        made += calls.length;
        for (const call of calls) {
          const value: unknown = JSON.parse(call.arguments);
          if (call.name === 'weather') expect(validate(value), text).toBe(true);
          else expect([call.name, value]).toEqual(['now', {}]);
        }
        if (TOOL_FORMS[family].single === true) expect(calls).toHaveLength(1);
      }
      expect(made).toBeGreaterThan(1);
    },
  );

  it.each(Object.keys(TOOL_FORMS) as ToolFamily[])(
    'in the form of %s shows all text that is no call',
    async (family) => {
      const { marker, afterText } = TOOL_FORMS[family];
      for (let seed = 1; seed <= 2; seed += 1) {
        const asked = { tools: TOOLS, choice: 'auto', parallel: true, format: undefined } as const;
        const print = await toCallGrammar(asked, convert);
        const { text } = await writer.write(print(TOOL_FORMS[family]), seed);
        const { shown, calls } = read(family, text);
        if (calls.length === 0) expect(shown).toBe(text);
        if (afterText) expect(shown).not.toContain(marker);
      }
    },
  );

  const NAMES = TOOLS.map(({ name }) => name);
  const writeAuto = async (begin: string, seed: number, parallel = true) => {
    const print = await toCallGrammar({ tools: TOOLS, choice: 'auto', parallel, format: undefined }, convert);
    return await writer.write(print(TOOL_FORMS.hermes, { plain: true }), seed, begin);
  };

  it.each([
    '{"name": "weather"',
    ' {"name":"weather",',
    '```json\n{\n  "name": "weather",\n  "arguments": {',
    '```\n{"name" : "weather", "arguments" : ',
  ])('keeps the arguments to their schema where a Hermes model begins a call as plain JSON: %j', async (begin) => {
    let made = 0;
    for (let seed = 1; seed <= 3; seed += 1) {
      const { text, ended } = await writeAuto(begin, seed, seed > 1);
      expect(text.trimStart().startsWith(begin.trim()), text).toBe(true);
      if (!ended) continue;
      const { shown, calls } = read('hermes', text, NAMES);
      expect(shown).toBe('');
      made += calls.length;
      expect(calls[0]?.name).toBe('weather');
      if (seed === 1) expect(calls).toHaveLength(1);
      for (const call of calls) {
        const value: unknown = JSON.parse(call.arguments);
        if (call.name === 'weather') expect(validate(value), text).toBe(true);
        else expect([call.name, value]).toEqual(['now', {}]);
      }
    }
    expect(made).toBeGreaterThan(0);
  });

  it.each(['{"name": "weatherman"', '{"names"', '```python\n', '{"city"', '``', '{"name": "Bob", "age": 5}'])(
    'leaves text that only begins like a call as plain JSON: %j',
    async (begin) => {
      const { text } = await writeAuto(begin, 1);
      expect(text.startsWith(begin)).toBe(true);
      const { shown, calls } = read('hermes', text, NAMES);
      if (calls.length === 0) expect(shown).toBe(text);
      else expect(shown.startsWith(begin)).toBe(true);
    },
  );
});
