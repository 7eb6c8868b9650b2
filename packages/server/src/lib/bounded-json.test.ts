import { describe, expect, it } from 'vitest';
import { checkNesting, MAX_JSON_DEPTH, NestingError, parseBoundedJson } from './bounded-json.ts';

const nested = (depth: number, open = '{"a":', close = '}') => `${open.repeat(depth)}1${close.repeat(depth)}`;

function pathOf(text: string): string | undefined {
  try {
    checkNesting(text);
  } catch (error) {
    if (error instanceof NestingError) return error.path;
  }
  throw new Error('the text was accepted');
}

describe('parseBoundedJson', () => {
  it('parseBoundedJson accepts lists and objects nested up to the limit', () => {
    for (const text of [nested(MAX_JSON_DEPTH), nested(MAX_JSON_DEPTH, '[', ']')]) {
      expect(JSON.stringify(parseBoundedJson(text))).toBe(text);
    }
  });

  it('parseBoundedJson refuses one level more, and unclosed levels', () => {
    for (const text of [nested(MAX_JSON_DEPTH + 1), nested(5000, '[', ']'), '['.repeat(10_000_000)]) {
      expect(() => parseBoundedJson(text)).toThrow('it nests deeper than 100 levels');
    }
  });

  it('parseBoundedJson counts open levels, not brackets', () => {
    const wide = JSON.stringify(Array.from({ length: 1000 }, () => ({ a: [] })));
    expect(parseBoundedJson(wide)).toHaveLength(1000);
  });

  it('parseBoundedJson ignores brackets in strings, also after escaped quotes and backslashes', () => {
    const value = { text: '['.repeat(500), quoted: `"\\"${'{'.repeat(500)}`, slashed: ['\\', '[['.repeat(200)] };
    expect(parseBoundedJson(JSON.stringify(value))).toEqual(value);
  });

  it.each([
    [`{"metadata":${nested(200)}}`, 'metadata'],
    [`{"a":{"b":"x"},"response_format":{"type":"json_schema","json_schema":${nested(200)}}}`, 'response_format'],
    [
      `{"tools":[{"x":[1,2]},{"type":"function","function":{"name":"f","parameters":${nested(200)}}}]}`,
      'tools[1].function.parameters',
    ],
    [`{"messages":[{"role":"user","content":[${nested(200)}]}]}`, 'messages[0].content'],
    [`{"input":${nested(200, '[', ']')}}`, 'input[0]'],
    [nested(200, '[', ']'), undefined],
  ])('names the parameter of %.40s…', (text, path) => {
    expect(pathOf(text)).toBe(path);
  });

  it('parseBoundedJson leaves invalid JSON to the parser', () => {
    for (const text of ['', '{"a', '}', ']]]', '"\\', '{"a":1,}']) {
      expect(() => parseBoundedJson(text)).toThrow(SyntaxError);
    }
  });
});
