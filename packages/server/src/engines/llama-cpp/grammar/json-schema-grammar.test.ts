import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandomSchemas } from '../testing/random-schemas.ts';
import { createGrammarWriter, type GrammarWriter } from '../testing/write-under-grammar.ts';
import { toAnswerGrammar } from './answer-grammar.ts';
import { SchemaError, toGrammar } from './json-schema-grammar.ts';

let writer: GrammarWriter;
beforeAll(async () => {
  writer = await createGrammarWriter();
});
afterAll(() => writer.close());
const write = (grammar: string, seed: number) => writer.write(grammar, seed);

const ajv = new Ajv2020.default({ strict: false, multipleOfPrecision: 9 });
addFormats.default(ajv, { mode: 'full' });

describe('toGrammar', () => {
  it('makes a random-weight model generate only valid values for 30 random schemas', async () => {
    let ended = 0;
    for (let seed = 1; seed <= 30; seed += 1) {
      const schema = createRandomSchemas(seed).object();
      const answer = await write(toGrammar(schema), seed);
      if (!answer.ended) continue;
      ended += 1;
      const validate = ajv.compile(schema);
      expect(validate(JSON.parse(answer.text)), `${JSON.stringify(schema)}\n${answer.text}`).toBe(true);
    }
    expect(ended).toBeGreaterThan(24);
  }, 60_000);

  it('enforces a recursive schema', async () => {
    const node = {
      type: 'object',
      properties: { value: { type: 'integer' }, next: { anyOf: [{ $ref: '#/$defs/node' }, { type: 'null' }] } },
      required: ['value', 'next'],
      additionalProperties: false,
    };
    const schema = { $ref: '#/$defs/node', $defs: { node } };
    const answer = await write(toGrammar(schema), 3);
    if (answer.ended) expect(new Ajv2020.default().validate(schema, JSON.parse(answer.text))).toBe(true);
    expect(answer.text).toMatch(/^\{"value":/);
  });

  it('admits only integers within the bounds', async () => {
    for (const [minimum, maximum] of [
      [0, 9],
      [-3, 12],
      [98, 1003],
      [-250, -31],
      [7, 7],
      [0, 100],
    ] as const) {
      const grammar = toGrammar({ type: 'integer', minimum, maximum });
      for (let seed = 0; seed < 6; seed += 1) {
        const { text } = await write(grammar, seed);
        expect(String(Number(text))).toBe(text);
        expect(Number(text)).toBeGreaterThanOrEqual(minimum);
        expect(Number(text)).toBeLessThanOrEqual(maximum);
      }
    }
  });

  it('admits any JSON object for the format json_object', async () => {
    const grammar = await toAnswerGrammar({ type: 'json_object' }, async () => ({ rules: [], roots: [], ignored: [] }));
    const { text, ended } = await write(grammar, 5);
    expect(text.startsWith('{')).toBe(true);
    if (ended) expect(() => JSON.parse(text)).not.toThrow();
  });

  const REFUSED: readonly [string, unknown, string][] = [
    ['a word boundary', { properties: { a: { type: 'string', pattern: '\\ba' } } }, '/properties/a/pattern'],
    ['a back reference', { type: 'string', pattern: '(a)\\1' }, '/pattern'],
    ['a pattern with too many states', { type: 'string', pattern: 'a.{30}$' }, '/pattern'],
    ['the keyword not', { not: { type: 'string' } }, '/not'],
    [
      'branches that overlap',
      { properties: { a: { oneOf: [{ type: 'string' }, { minLength: 2 }] } } },
      '/properties/a/oneOf',
    ],
    ['an unknown format', { type: 'string', format: 'isbn' }, '/format'],
    ['unique items', { type: 'array', uniqueItems: true }, '/uniqueItems'],
    ['a condition', { anyOf: [{ type: 'null' }, { if: {} }] }, '/anyOf/1/if'],
    ['a reference to another document', { $ref: 'https://example.com/schema' }, '/$ref'],
    ['a reference to nowhere', { $ref: '#/$defs/a' }, '/$ref'],
    [
      'a reference to itself',
      { $ref: '#/$defs/a', $defs: { a: { anyOf: [{ type: 'null' }, { $ref: '#/$defs/a' }] } } },
      '/$defs/a/anyOf/1/$ref',
    ],
    [
      'endless recursion',
      { $ref: '#/$defs/a', $defs: { a: { properties: { b: { $ref: '#/$defs/a' } }, required: ['b'] } } },
      '',
    ],
    ['an unknown type', { type: 'text' }, '/type'],
    [
      'a required property that is not allowed',
      { properties: {}, required: ['a'], additionalProperties: false },
      '/required',
    ],
    ['bounds that exclude everything', { type: 'integer', minimum: 5, maximum: 4 }, ''],
    ['types that exclude each other', { allOf: [{ type: 'string' }, { type: 'null' }] }, ''],
    ['an uncertain number of properties', { type: 'object', minProperties: 2 }, '/minProperties'],
    ['a malformed keyword', { type: 'object', required: 'a' }, '/required'],
    ['properties that are not an object', { type: 'object', properties: 5 }, '/properties'],
    ['10,000 enum values', { enum: Array.from({ length: 10_000 }, (_, i) => i) }, '/enum'],
    ['a list instead of a schema', [], ''],
  ];
  it.each(REFUSED)('refuses a schema with %s and reports the path', (_what, schema, path) => {
    expect(() => toGrammar(schema)).toThrow(SchemaError);
    try {
      toGrammar(schema);
    } catch (error) {
      expect((error as SchemaError).path).toBe(path);
    }
  });

  it('refuses a schema of depth 60 and an exponential schema within a second', () => {
    let deep: object = { type: 'string' };
    for (let i = 0; i < 60; i += 1) deep = { type: 'object', properties: { a: deep } };
    expect(() => toGrammar(deep)).toThrow(/deeper than 50/);
    let wide: object = { type: 'string', minLength: 1 };
    for (let i = 0; i < 40; i += 1) wide = { anyOf: [wide, wide] };
    const started = performance.now();
    expect(() => toGrammar(wide)).toThrow(SchemaError);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
