import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandomSchemas } from '../testing/random-schemas.ts';
import { respell, SPELLINGS } from '../testing/reference-schemas.ts';
import { createGrammarWriter, type GrammarWriter } from '../testing/write-under-grammar.ts';
import { SchemaError, toGrammar } from './json-schema-grammar.ts';

let writer: GrammarWriter;
beforeAll(async () => {
  writer = await createGrammarWriter();
});
afterAll(() => writer.close());

function validatorOf(schema: object) {
  const ajv = new Ajv2020.default({ strict: false, multipleOfPrecision: 9 });
  addFormats.default(ajv, { mode: 'full' });
  return ajv.compile(schema);
}

describe('toGrammar', () => {
  it.each(SPELLINGS)(
    'generates valid answers for references that are written as $name',
    async (spelling) => {
      let ended = 0;
      for (let seed = 1; seed <= 12; seed += 1) {
        const schema = createRandomSchemas(seed).object();
        const properties = { ...(schema['properties'] as object), word: { $ref: '#/$defs/word' } };
        const plain = { ...schema, properties, required: ['word'] };
        const respelled = respell(plain, spelling);
        const answer = await writer.write(toGrammar(respelled), seed);
        if (!answer.ended) continue;
        ended += 1;
        // The validator resolves a dynamic reference to the root if no other schema overrides the anchor.
        const validSchemas = spelling.name === 'dynamic anchors' ? [plain] : [plain, respelled];
        for (const validSchema of validSchemas)
          expect(
            validatorOf(validSchema)(JSON.parse(answer.text)),
            `${JSON.stringify(validSchema)}\n${answer.text}`,
          ).toBe(true);
      }
      expect(ended).toBeGreaterThan(6);
    },
    60_000,
  );

  const word = { type: 'string', enum: ['yes'] };
  const named = (properties: object, more: object = {}) => ({
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
    ...more,
  });
  const RESOLVED: readonly [string, object, string][] = [
    ['a property', named({ a: word, b: { $ref: '#/properties/a' } }), '{"a":"yes","b":"yes"}'],
    ['definitions', named({ a: { $ref: '#/definitions/w' } }, { definitions: { w: word } }), '{"a":"yes"}'],
    ['an id of draft 7', named({ a: { $ref: '#w' } }, { definitions: { w: { $id: '#w', ...word } } }), '{"a":"yes"}'],
    ['a schema outside any keyword', named({ a: { $ref: '#/parts/w' } }, { parts: { w: word } }), '{"a":"yes"}'],
    [
      'an element of a list',
      named({ a: { $ref: '#/$defs/l/anyOf/1' } }, { $defs: { l: { anyOf: [{}, word] } } }),
      '{"a":"yes"}',
    ],
    [
      'a schema inside a schema with an id',
      named(
        { a: { $ref: 'item#/$defs/w' } },
        { $defs: { i: { $id: 'item', $defs: { w: word } }, w: { type: 'null' } } },
      ),
      '{"a":"yes"}',
    ],
    [
      'the root of the enclosing schema with an id',
      named(
        { a: { $ref: '#/$defs/i' } },
        {
          $defs: { i: { $id: 'item', type: 'array', items: { $ref: '#' }, maxItems: 0 } },
        },
      ),
      '{"a":[]}',
    ],
    [
      'its own id',
      named({ a: { $ref: 'https://example.com/s#/$defs/w' } }, { $id: 'https://example.com/s', $defs: { w: word } }),
      '{"a":"yes"}',
    ],
    [
      'a reference beside a dynamic one',
      { $ref: '#/$defs/a', $dynamicRef: '#b', $defs: { a: { type: 'string' }, b: { $dynamicAnchor: 'b', ...word } } },
      '"yes"',
    ],
    ['a property named $ref', named({ $ref: word }), '{"$ref":"yes"}'],
  ];
  it.each(RESOLVED)('resolves a reference to %s', (_what, schema, text) => {
    const grammar = toGrammar(schema, { strict: false });
    expect(writer.accepts(grammar, text)).toBe(true);
    expect(writer.accepts(grammar, text.replace('"yes"', '"no"').replace('[]', '{}'))).toBe(false);
  });

  const REFUSED: readonly [string, object, string][] = [
    ['a missing anchor', named({ a: { $ref: '#foo' } }), '/properties/a/$ref'],
    [
      'a reference to an anchor of another resource',
      named({ a: { $ref: '#foo' } }, { $defs: { i: { $id: 'i', $anchor: 'foo' } } }),
      '/properties/a/$ref',
    ],
    ['a fragment without a slash', named({ a: { $ref: '#$defs/w' } }, { $defs: { w: word } }), '/properties/a/$ref'],
    ['a dynamic reference without a target', named({ a: { $dynamicRef: '#foo' } }), '/properties/a/$dynamicRef'],
    ['a reference to another document', named({ a: { $ref: 'https://example.com/w.json' } }), '/properties/a/$ref'],
    ['a reference to a file', named({ a: { $ref: 'w.json#/$defs/w' } }, { $defs: { w: word } }), '/properties/a/$ref'],
    ['a reference to a value that is not a schema', named({ a: { $ref: '#/required' } }), '/required'],
    [
      'a dynamic reference with several meanings',
      named({ a: { $dynamicRef: '#n' } }, { $dynamicAnchor: 'n', $defs: { i: { $id: 'i', $dynamicAnchor: 'n' } } }),
      '/properties/a/$dynamicRef',
    ],
    ['a duplicate anchor', named({}, { $defs: { a: { $anchor: 'x' }, b: { $anchor: 'x' } } }), '/$defs/a/$anchor'],
  ];
  it.each(REFUSED)('refuses %s and reports the path', (_what, schema, path) => {
    try {
      toGrammar(schema);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(SchemaError);
      expect((error as SchemaError).path).toBe(path);
    }
  });
});
