import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import {
  getLlama,
  type Llama,
  type LlamaContextSequence,
  LlamaGrammar,
  LlamaGrammarEvaluationState,
  LlamaLogLevel,
  type LlamaModel,
} from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTinyModel } from '../testing/tiny-model.ts';
import { anyObjectGrammar, SchemaFault, toGrammar } from './json-schema-grammar.ts';
import { STRING_FORMATS } from './string-formats.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-grammar-'));
let llama: Llama;
let model: LlamaModel;
let sequence: LlamaContextSequence;
beforeAll(async () => {
  const path = join(folder, 'tiny.gguf');
  await writeTinyModel(path, { endChance: 0.2 });
  llama = await getLlama({ gpu: false, build: 'never', maxThreads: 1, logLevel: LlamaLogLevel.error });
  model = await llama.loadModel({ modelPath: path });
  sequence = (await model.createContext({ contextSize: 2048, sequences: 1 })).getSequence();
});
afterAll(async () => {
  await llama.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const MOST_TOKENS = 600;

/** What a model of random weights writes under the grammar, and whether it came to an end. */
async function write(grammar: string, seed: number): Promise<{ text: string; ended: boolean }> {
  await sequence.clearHistory();
  const grammarEvaluationState = new LlamaGrammarEvaluationState({
    model,
    grammar: new LlamaGrammar(llama, { grammar }),
  });
  const tokens: Parameters<LlamaModel['detokenize']>[0][number][] = [];
  // Hotter than any caller: the grammar alone keeps the text in shape.
  for await (const token of sequence.evaluate(model.tokenize('json '), {
    temperature: 1.5,
    seed,
    grammarEvaluationState,
    yieldEogToken: true,
  })) {
    if (model.isEogToken(token)) return { text: model.detokenize(tokens), ended: true };
    tokens.push(token);
    if (tokens.length === MOST_TOKENS) break;
  }
  return { text: model.detokenize(tokens), ended: false };
}

/** A generator of schemas: every supported keyword, nested at random. */
function createSchemas(seed: number) {
  let state = seed;
  const below = (limit: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * limit);
  };
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const names = ['name', 'größe', '日付', 'a b', 'emoji 😀', 'quote"d', 'x/y', 'number'];
  const leaf = (): object =>
    pick<() => object>([
      () => ({ type: 'string', minLength: below(3), maxLength: 3 + below(6) }),
      () => ({ type: 'string', format: pick(Object.keys(STRING_FORMATS)) }),
      () => ({ enum: ['red', 'green', 5, null, true] }),
      () => ({ const: { fixed: ['value'] } }),
      () => ({ type: 'integer', minimum: below(200) - 100, maximum: 100 + below(5000) }),
      () => ({ type: 'integer', exclusiveMinimum: -7, exclusiveMaximum: 3 }),
      () => ({ type: 'number', minimum: 0 }),
      () => ({ type: ['boolean', 'null'] }),
    ])();
  const schema = (depth: number): object => {
    if (depth === 0) return leaf();
    return pick<() => object>([
      leaf,
      () => ({ type: 'array', items: schema(depth - 1), minItems: below(3), maxItems: 3 }),
      () => ({ type: 'array', prefixItems: [schema(depth - 1), schema(depth - 1)] }),
      () => ({ anyOf: [schema(depth - 1), schema(depth - 1)] }),
      () => object(depth),
      () => ({ type: 'object', additionalProperties: leaf() }),
    ])();
  };
  const object = (depth: number): object => {
    const chosen = names.filter(() => below(2) === 1);
    const properties = Object.fromEntries(chosen.map((name) => [name, schema(depth - 1)]));
    return { type: 'object', properties, required: chosen.filter(() => below(2) === 1), additionalProperties: false };
  };
  return { object };
}

describe('toGrammar', () => {
  it('lets a model of random weights write only what validates, for 40 schemas', async () => {
    const ajv = new Ajv2020.default({ strict: false, validateFormats: false });
    const { object } = createSchemas(42);
    let ended = 0;
    for (let seed = 1; seed <= 40; seed += 1) {
      const schema = object(3);
      const answer = await write(toGrammar(schema), seed);
      if (!answer.ended) continue;
      ended += 1;
      const validate = ajv.compile(schema);
      expect(validate(JSON.parse(answer.text)), `${JSON.stringify(schema)}\n${answer.text}`).toBe(true);
    }
    // A random model hardly ever closes a map of any size; everything else comes to an end.
    expect(ended).toBeGreaterThan(20);
  }, 60_000);

  it('enforces recursion', async () => {
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

  it('writes integers between bounds and no others', async () => {
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

  it('makes any JSON object when no schema is given', async () => {
    const { text, ended } = await write(anyObjectGrammar(), 5);
    expect(text.startsWith('{')).toBe(true);
    if (ended) expect(() => JSON.parse(text)).not.toThrow();
  });

  const FAULTS: readonly [string, unknown, string][] = [
    ['a pattern', { type: 'object', properties: { a: { type: 'string', pattern: '^a' } } }, '/properties/a/pattern'],
    ['not', { not: { type: 'string' } }, '/not'],
    ['oneOf', { type: 'object', properties: { a: { oneOf: [{ type: 'string' }] } } }, '/properties/a/oneOf'],
    ['an unknown format', { type: 'string', format: 'isbn' }, '/format'],
    ['unique items', { type: 'array', uniqueItems: true }, '/uniqueItems'],
    ['a maximum of a decimal', { type: 'number', maximum: 5 }, '/maximum'],
    ['a foreign reference', { $ref: 'https://example.com/schema' }, '/$ref'],
    ['a reference to nowhere', { $ref: '#/$defs/a' }, '/$ref'],
    ['an unknown type', { type: 'text' }, '/type'],
    ['a required property without a schema', { type: 'object', properties: {}, required: ['a'] }, '/required'],
    ['bounds that exclude everything', { type: 'integer', minimum: 5, maximum: 4 }, ''],
    ['10,000 enum values', { enum: Array.from({ length: 10_000 }, (_, i) => i) }, '/enum'],
    ['a list for a schema', [], ''],
  ];
  it.each(FAULTS)('refuses %s by its path', (_what, schema, path) => {
    expect(() => toGrammar(schema)).toThrow(SchemaFault);
    try {
      toGrammar(schema);
    } catch (error) {
      expect((error as SchemaFault).path).toBe(path);
    }
  });

  it('refuses depth 60 and an exponential schema in good time', () => {
    let deep: object = { type: 'string' };
    for (let i = 0; i < 60; i += 1) deep = { type: 'object', properties: { a: deep } };
    expect(() => toGrammar(deep)).toThrow(/deeper than 50/);
    let wide: object = { type: 'string', minLength: 1 };
    for (let i = 0; i < 40; i += 1) wide = { anyOf: [wide, wide] };
    const started = performance.now();
    expect(() => toGrammar(wide)).toThrow(SchemaFault);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
