// biome-ignore-all lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema.
/* oxlint-disable unicorn/no-thenable */
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandomSchemas } from '../testing/random-schemas.ts';
import { createGrammarWriter, type GrammarWriter } from '../testing/write-under-grammar.ts';
import { addSchema, MalformedSchemaError, type SchemaError } from './json-schema-grammar.ts';
import { createRules } from './rules.ts';

type Schema = Record<string, unknown>;

let writer: GrammarWriter;
beforeAll(async () => {
  writer = await createGrammarWriter();
});
afterAll(() => writer.close());

const ajv = new Ajv2020.default({ strict: false, multipleOfPrecision: 9, validateFormats: true });
addFormats.default(ajv, { mode: 'full' });

function widen(schema: object, isArguments = false) {
  const rules = createRules();
  const { root, ignored } = addSchema(rules, schema, { strict: false, isArguments });
  return { grammar: rules.print(root), ignored };
}

/** Keywords that the grammar cannot enforce, with the type of the values that they apply to. */
const UNENFORCEABLE: readonly (readonly [type: string, more: Schema])[] = [
  ['object', { dependentRequired: { name: ['größe'] } }],
  ['object', { dependentSchemas: { name: { required: ['日付'] } } }],
  ['object', { unevaluatedProperties: true, not: { required: ['quote"d'] } }],
  ['object', { if: { required: ['name'] }, then: { properties: { extra: { type: 'null' } } }, else: true }],
  ['array', { uniqueItems: true }],
  ['array', { contains: { type: 'string' }, minContains: 0 }],
  ['string', { not: { pattern: '^x' } }],
  ['string', { format: 'isbn' }],
  ['string', { pattern: '(?<!b)$' }],
  ['string', { pattern: '^(.?)\\1' }],
  ['number', { not: { const: 7 } }],
  ['integer', { 'my-own-keyword': { $ref: '#/nowhere' } }],
];

/** Adds such keywords to the subschemas of a schema that lack them. */
function addUnenforceable(schema: unknown, seed: number): unknown {
  let state = seed;
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null) return node;
    const copy = Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, key === 'enum' || key === 'const' ? value : visit(value)]),
    );
    const fitting = UNENFORCEABLE.filter(
      ([type, more]) => type === copy['type'] && Object.keys(more).every((key) => !(key in copy)),
    );
    state += 1;
    const chosen = fitting[state % (fitting.length + 1)];
    return chosen === undefined ? copy : { ...copy, ...chosen[1] };
  };
  return visit(schema);
}

describe('addSchema without strict', () => {
  it('accepts every valid value of 25 random schemas with keywords that cannot be enforced', async () => {
    let checked = 0;
    for (let seed = 1; seed <= 25; seed += 1) {
      const plain = createRandomSchemas(seed).object();
      const schema = addUnenforceable(plain, seed) as Schema;
      const { grammar, ignored } = widen(schema);
      expect(ignored.length).toBe(new Set(ignored).size);
      const formats = JSON.stringify(schema).replaceAll('"format":"isbn",', '').replaceAll(',"format":"isbn"', '');
      const isValid = ajv.compile(JSON.parse(formats) as Schema);
      // Values of the plain schema have their properties in the order of the grammar.
      for (const [at, source] of [widen(plain).grammar, grammar].entries()) {
        const answer = await writer.write(source, seed + at);
        if (!answer.ended || !isValid(JSON.parse(answer.text))) continue;
        checked += 1;
        expect(writer.accepts(grammar, answer.text), `${JSON.stringify(schema)}\n${answer.text}`).toBe(true);
      }
    }
    expect(checked).toBeGreaterThan(15);
  }, 90_000);

  const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
  const IGNORED: readonly [string, object, string[], string[]][] = [
    ['unique items', { type: 'array', items: { type: 'integer' }, uniqueItems: true }, ['/uniqueItems'], ['[1,2]']],
    ['uniqueItems: false', { type: 'array', uniqueItems: false }, [], ['[1,1]']],
    ['the keyword not', object({ a: { not: { type: 'string' } } }), ['/properties/a/not'], ['{"a":1}', '{"a":null}']],
    ['nullable', object({ a: { type: 'string', nullable: true } }), [], ['{"a":null}', '{"a":"x"}']],
    ['nullable beside an enum', { type: 'string', enum: ['a'], nullable: true }, [], ['null', '"a"']],
    [
      'nullable beside a reference',
      { $defs: { a: { type: 'integer' } }, $ref: '#/$defs/a', nullable: true },
      [],
      ['null', '3'],
    ],
    ['an unknown format', { type: 'string', format: 'isbn' }, ['/format'], ['"any"']],
    ['a pattern with lookbehind', { type: 'string', pattern: '(?<=a)b' }, ['/pattern'], ['"ab"']],
    ['a pattern with a back reference', { type: 'string', pattern: '^(a|b)\\1$' }, ['/pattern'], ['"aa"']],
    ['a pattern of another dialect', { type: 'string', pattern: '(?i)^abc\\Z' }, ['/pattern'], ['"ABC"']],
    ['a pattern that is too complex', { type: 'string', pattern: 'a.{30}$' }, ['/pattern'], ['"abc"']],
    [
      'a condition',
      object(
        { a: { type: 'boolean' } },
        {
          if: { properties: { a: { const: true } } },
          then: { required: ['b'], properties: { b: { type: 'integer' } } },
        },
      ),
      ['/if', '/then'],
      ['{"a":true,"b":1}', '{"a":false}'],
    ],
    [
      'conditions inside allOf',
      object(
        { a: { type: 'string' } },
        { allOf: [{ if: { required: ['a'] }, then: { required: ['c'] }, else: { required: ['d'] } }] },
      ),
      ['/allOf/0/if', '/allOf/0/then', '/allOf/0/else'],
      ['{"a":"","c":1}', '{"d":1}'],
    ],
    [
      'dependentRequired',
      object({ a: true }, { dependentRequired: { a: ['b'] } }),
      ['/dependentRequired'],
      ['{"a":1,"b":2}'],
    ],
    [
      'dependencies of draft 7',
      object({ a: true }, { dependencies: { a: { properties: { b: {} } } } }),
      ['/dependencies'],
      ['{"a":1,"b":2}'],
    ],
    ['contains', { type: 'array', contains: { const: 1 }, minContains: 2 }, ['/contains', '/minContains'], ['[1,1]']],
    [
      'unevaluated properties',
      object({ a: true }, { unevaluatedProperties: false }),
      ['/unevaluatedProperties'],
      ['{"a":1}'],
    ],
    [
      'a remote reference',
      object({ a: { $ref: 'https://example.com/a.json' } }),
      ['/properties/a/$ref'],
      ['{"a":[1]}'],
    ],
    ['an unknown keyword', { type: 'string', widget: 'select' }, ['/widget'], ['"x"']],
    ['an unknown keyword that begins with x-', { type: 'string', 'x-widget': 1 }, [], ['"x"']],
    [
      'branches that overlap',
      { oneOf: [{ type: 'string' }, { type: 'string', minLength: 2 }] },
      ['/oneOf'],
      ['"a"', '"ab"'],
    ],
    [
      'branches that overlap once they are widened',
      {
        oneOf: [
          { type: 'string', not: {} },
          { type: 'string', format: 'x' },
        ],
      },
      ['/oneOf', '/oneOf/0/not', '/oneOf/1/format'],
      ['"a"'],
    ],
    [
      'overlapping patterns for names',
      object(
        { a: true },
        { patternProperties: { '^x': { type: 'integer' }, y$: { type: 'string' } }, additionalProperties: false },
      ),
      ['/patternProperties', '/additionalProperties'],
      ['{"a":1,"x1":2,"1y":"s"}'],
    ],
    [
      'a pattern for names with lookbehind',
      object({}, { patternProperties: { '(?<=a)b': true } }),
      ['/patternProperties'],
      ['{"ab":1}'],
    ],
    [
      'alternatives for property names',
      object({}, { propertyNames: { anyOf: [{ const: 'a' }, { const: 'b' }] } }),
      ['/propertyNames'],
      ['{"a":1}'],
    ],
    [
      'a number of properties that cannot be counted',
      { type: 'object', minProperties: 2 },
      ['/minProperties'],
      ['{"a":1,"b":2}'],
    ],
    [
      'a number of properties that cannot be counted, inside a branch',
      { anyOf: [{ type: 'object', minProperties: 2 }, { type: 'null' }] },
      ['/anyOf/0/minProperties'],
      ['{"a":1,"b":2}', 'null'],
    ],
    ['2,000 values', { enum: Array.from({ length: 2000 }, (_, i) => `v${i}`) }, ['/enum'], ['"v7"']],
    [
      'exclusive bounds of draft 4',
      { type: 'integer', minimum: 1, exclusiveMinimum: true, maximum: 3, exclusiveMaximum: false },
      [],
      ['2', '3'],
    ],
    ['multiples that cannot be enforced', { type: 'number', multipleOf: 1e-7 }, ['/multipleOf'], ['0.5']],
    ['boolean schemas', object({ a: true }, { required: ['a'], additionalProperties: false }), [], ['{"a":{}}']],
    [
      'a tuple of draft 7',
      { type: 'array', items: [{ type: 'integer' }, { not: {} }], additionalItems: false },
      ['/items/1/not'],
      ['[1,"x"]'],
    ],
  ];
  it.each(IGNORED)(
    'accepts a schema with %s and reports which keywords it ignores',
    (_what, schema, ignored, texts) => {
      const widened = widen(schema);
      expect(widened.ignored).toEqual(ignored);
      for (const text of texts) expect([text, writer.accepts(widened.grammar, text)]).toEqual([text, true]);
    },
  );

  it('still enforces the other keywords of a widened schema', () => {
    const { grammar } = widen({ type: 'integer', minimum: 5, not: { const: 7 } });
    expect(writer.accepts(grammar, '4')).toBe(false);
    expect(writer.accepts(grammar, '7')).toBe(true);
    const bounds = widen({ type: 'integer', minimum: 1, exclusiveMinimum: true });
    expect(writer.accepts(bounds.grammar, '1')).toBe(false);
  });

  it('requires function arguments to be an object even if the schema does not', () => {
    const a = { type: 'integer' };
    for (const schema of [
      {},
      { properties: { a } },
      { anyOf: [{ properties: { a } }] },
      { allOf: [{ $ref: '#x' }], $defs: { x: { $anchor: 'x', properties: { a } } } },
    ]) {
      const { grammar } = widen(schema, true);
      expect(writer.accepts(grammar, '{"a":1}')).toBe(true);
      expect(writer.accepts(grammar, '1')).toBe(false);
    }
    expect(() => widen({ type: 'string' }, true)).toThrow(/must be of type 'object'/);
  });

  it.each<[string, object, string]>([
    ['a malformed keyword', { type: 'object', required: 'a' }, '/required'],
    ['an unknown type', { properties: { a: { type: 'text' } } }, '/properties/a/type'],
    ['a reference without a target', { properties: { a: { $ref: '#/$defs/b' } } }, '/properties/a/$ref'],
    ['a missing anchor', { properties: { a: { $ref: '#b' } } }, '/properties/a/$ref'],
    ['a property whose value is not a schema', { properties: { a: 5 } }, '/properties/a'],
  ])('refuses a schema with %s', (_what, schema, path) => {
    expect(() => widen(schema)).toThrow(MalformedSchemaError);
    try {
      widen(schema);
    } catch (error) {
      expect((error as SchemaError).path).toBe(path);
    }
  });

  it('widens a schema within 8 seconds when every property is too complex', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`p${i}`, { type: 'string', pattern: `${i}.{30}$`, format: 'email' }]),
    );
    const started = performance.now();
    expect(widen({ type: 'object', properties }).ignored.length).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(8000);
  });
});
