/** For every family: a call that a random-weight model generates under the grammar parses completely. */
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
  // Pieces have different lengths, because a token may contain any part of the form.
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

describe('toCallGrammar', () => {
  it.each(Object.keys(TOOL_FORMS) as ToolFamily[])(
    'generates only complete and valid calls in the form of %s',
    async (family) => {
      const options = { tools: TOOLS, choice: 'required', parallel: true, format: undefined } as const;
      const print = await toCallGrammar(options, convert);
      let callCount = 0;
      for (let seed = 1; seed <= 4; seed += 1) {
        const { text, ended } = await writer.write(print(TOOL_FORMS[family]), seed);
        if (!ended) continue;
        const { shown, calls } = read(family, text);
        expect(shown).toBe('');
        callCount += calls.length;
        for (const call of calls) {
          const value: unknown = JSON.parse(call.arguments);
          if (call.name === 'weather') expect(validate(value), text).toBe(true);
          else expect([call.name, value]).toEqual(['now', {}]);
        }
        if (TOOL_FORMS[family].single === true) expect(calls).toHaveLength(1);
      }
      expect(callCount).toBeGreaterThan(1);
    },
  );

  it.each(Object.keys(TOOL_FORMS) as ToolFamily[])(
    'returns all text outside calls in the form of %s',
    async (family) => {
      const { marker, afterText } = TOOL_FORMS[family];
      for (let seed = 1; seed <= 2; seed += 1) {
        const options = { tools: TOOLS, choice: 'auto', parallel: true, format: undefined } as const;
        const print = await toCallGrammar(options, convert);
        const { text } = await writer.write(print(TOOL_FORMS[family]), seed);
        const { shown, calls } = read(family, text);
        if (calls.length === 0) expect(shown).toBe(text);
        if (afterText) expect(shown).not.toContain(marker);
      }
    },
  );

  const NAMES = TOOLS.map(({ name }) => name);
  const writeAuto = async (start: string, seed: number, parallel = true) => {
    const print = await toCallGrammar({ tools: TOOLS, choice: 'auto', parallel, format: undefined }, convert);
    return await writer.write(print(TOOL_FORMS.hermes, { plain: true }), seed, start);
  };

  it.each([
    '{"name": "weather"',
    ' {"name":"weather",',
    '```json\n{\n  "name": "weather",\n  "arguments": {',
    '```\n{"name" : "weather", "arguments" : ',
  ])('enforces the schema of arguments when a Hermes model starts a call as plain JSON: %j', async (start) => {
    let callCount = 0;
    for (let seed = 1; seed <= 3; seed += 1) {
      const { text, ended } = await writeAuto(start, seed, seed > 1);
      expect(text.trimStart().startsWith(start.trim()), text).toBe(true);
      if (!ended) continue;
      const { shown, calls } = read('hermes', text, NAMES);
      expect(shown).toBe('');
      callCount += calls.length;
      expect(calls[0]?.name).toBe('weather');
      if (seed === 1) expect(calls).toHaveLength(1);
      for (const call of calls) {
        const value: unknown = JSON.parse(call.arguments);
        if (call.name === 'weather') expect(validate(value), text).toBe(true);
        else expect([call.name, value]).toEqual(['now', {}]);
      }
    }
    expect(callCount).toBeGreaterThan(0);
  });

  it.each(['{"name": "weatherman"', '{"names"', '```python\n', '{"city"', '``', '{"name": "Bob", "age": 5}'])(
    'returns text unchanged that only starts like a call as plain JSON: %j',
    async (start) => {
      const { text } = await writeAuto(start, 1);
      expect(text.startsWith(start)).toBe(true);
      const { shown, calls } = read('hermes', text, NAMES);
      if (calls.length === 0) expect(shown).toBe(text);
      else expect(shown.startsWith(start)).toBe(true);
    },
  );
});
