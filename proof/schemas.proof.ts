/**
 * Under the grammar of a schema, answers and function arguments of a model with random weights validate against the
 * schema.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../packages/server/src/engines/child-process/testing/silent-log.ts';
import type { GenerateRequest } from '../packages/server/src/engines/language-model.ts';
import { createLlamaCppLanguageModel } from '../packages/server/src/engines/llama-cpp/language-model.ts';
import { createRandomSchemas } from '../packages/server/src/engines/llama-cpp/testing/random-schemas.ts';
import { writeTinyModel } from '../packages/server/src/engines/llama-cpp/testing/tiny-model.ts';

const SCHEMAS = Number(process.env['SELFSAME_PROOF_SCHEMAS'] ?? 320);
const SEEDS = [1, 2];
const MAX_TOKENS = 700;
const AT_ONCE = 8;
/**
 * Minimum share of answers that end: a random model often does not close strings, and only complete answers are
 * checked.
 */
const MIN_ENDED = 0.6;

const folder = mkdtempSync(join(tmpdir(), 'selfsame-proof-'));
const path = join(folder, 'wild.gguf');
const models = new Map<string, ReturnType<typeof createLlamaCppLanguageModel>>();
/** Functions without description: every byte of a prompt is a token of this model. */
const toTemplate = (sign: string) =>
  `{# ${sign} #}{% for t in tools or [] %}{{ t.function.name }}{% endfor %}{% for m in messages %}{{ m.content }}{% endfor %}`;
const FAMILIES = [
  ['hermes', toTemplate('<tool_call>')],
  ['llama', toTemplate('<|start_header_id|>"parameters": ')],
] as const;

beforeAll(async () => {
  await writeTinyModel(path, { wild: true, contextTokens: 32_768 });
  for (const [family, chatTemplate] of FAMILIES) {
    const options = { modelId: family, path, threads: 1, parallelRequests: 4, contextTokens: 16_384, log: silentLog };
    models.set(family, createLlamaCppLanguageModel({ ...options, chatTemplate }));
  }
  await Promise.all(models.values().map((model) => model.ready()));
});
afterAll(async () => {
  await Promise.all(models.values().map((model) => model.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function ask(family: string, seed: number, more: Partial<GenerateRequest>) {
  const request = {
    messages: [{ role: 'user', content: 'say' }],
    maxTokens: MAX_TOKENS,
    sampling: { temperature: 1, topP: 1, seed },
    ...more,
  } as GenerateRequest;
  const options = { signal: new AbortController().signal, priority: 'online' } as const;
  let text = '';
  const calls: { name: string; arguments: string }[] = [];
  let reason: string | undefined;
  const model = models.get(family);
  for await (const event of model?.doGenerate(request, options) ?? []) {
    if (event.type === 'finish') reason = event.reason;
    if (event.type !== 'token') continue;
    text += event.text;
    for (const { index, name, arguments: piece } of event.calls ?? []) {
      calls[index] ??= { name: name ?? '', arguments: '' };
      calls[index].arguments += piece;
    }
  }
  return { text, calls, reason };
}

/** A validator with every format of the grammar. */
function compile(schema: object) {
  const ajv = new Ajv2020.default({ strict: false, multipleOfPrecision: 9 });
  addFormats.default(ajv, { mode: 'full' });
  return ajv.compile(schema);
}

async function forAll<T>(items: readonly T[], check: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const work = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await check(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

const cases = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ index, schema: createRandomSchemas(index).object() }));

describe('schemas', () => {
  it(`generates valid answers for ${SCHEMAS} schemas and ${SEEDS.length} seeds`, async () => {
    const tally = { ended: 0, cut: 0 };
    const wrong: string[] = [];
    await forAll(cases(SCHEMAS), async ({ index, schema }) => {
      const validate = compile(schema);
      for (const seed of SEEDS) {
        const { text, reason } = await ask('hermes', seed, { format: { type: 'json_schema', schema, param: 's' } });
        if (reason !== 'stop') tally.cut += 1;
        else {
          tally.ended += 1;
          if (!isValid(validate, text)) wrong.push(`${index}/${seed}: ${JSON.stringify(schema)}\n${text}`);
        }
      }
    });
    console.info(JSON.stringify({ ...tally, wrong }));
    expect(wrong).toEqual([]);
    expect(tally.ended / (tally.ended + tally.cut)).toBeGreaterThan(MIN_ENDED);
  });

  it.each(['llama', 'hermes'])('generates valid function arguments in the %s form', async (family) => {
    const tally = { calls: 0, cut: 0 };
    const wrong: string[] = [];
    const pairs = cases(Math.ceil(SCHEMAS / 4)).map(({ index, schema }) => ({
      index,
      named: index % 2 === 0,
      tools: [
        { name: 'first', parameters: schema, param: 'a' },
        { name: 'second', parameters: createRandomSchemas(index + 5000).object(), param: 'b' },
      ],
    }));
    await forAll(pairs, async ({ index, named, tools }) => {
      const toolChoice = named ? { name: 'second' } : 'required';
      const { calls, text, reason } = await ask(family, index, { tools, toolChoice, parallelToolCalls: !named });
      if (text !== '' || (named && calls.some(({ name }) => name !== 'second'))) wrong.push(`${index}: ${text}`);
      const whole = reason === 'tool_calls' ? calls : calls.slice(0, -1);
      if (reason !== 'tool_calls') tally.cut += 1;
      for (const call of whole) {
        tally.calls += 1;
        const schema = tools.find(({ name }) => name === call.name)?.parameters;
        if (schema === undefined || !isValid(compile(schema), call.arguments))
          wrong.push(`${index}: ${JSON.stringify(schema)}\n${call.arguments}`);
      }
    });
    console.info(JSON.stringify({ ...tally, wrong }));
    expect(wrong).toEqual([]);
    expect(tally.calls).toBeGreaterThan(SCHEMAS / 10);
  });
});

/**
 * Extreme schemas, each with its outcome: an answer, which satisfies the schema or, where that is too complex, a wider one;
 * or the code of a refusal.
 */
const HOSTILE: readonly [string, 'answer' | 'invalid_json_schema' | 'context_length_exceeded', () => object][] = [
  ['10,000 values', 'context_length_exceeded', () => ({ enum: Array.from({ length: 10_000 }, (_, i) => i) })],
  ['depth 50', 'answer', () => nest(49, (inner) => ({ type: 'object', properties: { a: inner } }))],
  ['depth 5,000', 'invalid_json_schema', () => nest(5000, (inner) => ({ type: 'array', items: inner }))],
  ['references that double', 'answer', () => doubling(40)],
  ['a million ways to merge', 'answer', () => ({ allOf: Array.from({ length: 20 }, (_, i) => toChoice(i)) })],
  ['endless length', 'answer', () => ({ type: 'array', maxItems: 1e9, items: { type: 'string', maxLength: 1e9 } })],
  ['20,000 properties', 'context_length_exceeded', () => ({ type: 'object', properties: named(20_000) })],
  [
    '500 optional properties',
    'answer',
    () => ({ type: 'object', properties: named(500), additionalProperties: false }),
  ],
  ['a pattern of a trillion states', 'answer', () => ({ type: 'string', pattern: 'a.{40}$' })],
  ['nested repetition', 'answer', () => ({ type: 'string', pattern: '^((((a*)*)*)*)*b$' })],
  // A value that is not an object satisfies it.
  ['an object without an end', 'answer', () => endless],
  // No value satisfies it; without `strict` it is widened.
  ['a value without an end', 'answer', () => ({ ...endless, type: 'object' })],
];

const endless = { properties: { a: { $ref: '#' } }, required: ['a'] };
const nest = (depth: number, wrap: (inner: object) => object) =>
  Array.from({ length: depth }).reduce<object>((inner) => wrap(inner), { type: 'string' });
const named = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, { type: 'null' }]));
const toChoice = (i: number) => ({
  anyOf: [
    { type: 'string', minLength: i },
    { type: 'string', maxLength: 99 + i },
  ],
});
const doubling = (count: number) => {
  const next = (i: number) => ({ $ref: `#/$defs/d${i + 1}` });
  const definitions = Array.from({ length: count }, (_, i) => [`d${i}`, { anyOf: [next(i), next(i)] }]);
  return { ...next(-1), $defs: { ...Object.fromEntries(definitions), [`d${count}`]: { type: 'string' } } };
};

/** Maximum time for a schema on a loaded machine. */
const MAX_BLOCK_MS = 2000;

describe('a hostile schema', () => {
  it.each(HOSTILE)('accepts or refuses a schema with %s in time', async (_what, outcome, make) => {
    const schema = make();
    const delays = monitorEventLoopDelay({ resolution: 5 });
    delays.enable();
    const asked = ask('hermes', 1, { format: { type: 'json_schema', schema, param: 's' }, maxTokens: 50 });
    if (outcome === 'answer') expect(['stop', 'length']).toContain((await asked).reason);
    else await expect(asked).rejects.toMatchObject({ status: 400, code: outcome });
    delays.disable();
    expect(delays.max / 1e6).toBeLessThan(MAX_BLOCK_MS);
  });
});

function isValid(validate: (value: unknown) => unknown, text: string): boolean {
  try {
    return validate(JSON.parse(text)) === true;
  } catch {
    return false;
  }
}
