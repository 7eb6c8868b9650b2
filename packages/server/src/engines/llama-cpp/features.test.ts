/** Tests formats, biases and penalties by their effect on the real engine with a random-weight model. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../child-process/testing/silent-log.ts';
import type { ConversationRequest, Sampling } from '../language-model.ts';
import { createLlamaCppLanguageModel, type LlamaCppLanguageModel } from './language-model.ts';
import { tinyTokenId, writeTinyModel } from './testing/tiny-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-features-'));
let model: LlamaCppLanguageModel;
/** A model whose answers end after the first full stop. */
let brief: LlamaCppLanguageModel;
async function open(name: string, endChance: number) {
  const path = join(folder, `${name}.gguf`);
  await writeTinyModel(path, { endChance });
  return createLlamaCppLanguageModel({ modelId: name, path, threads: 1, parallelRequests: 4, log: silentLog });
}
beforeAll(async () => {
  [model, brief] = await Promise.all([open('tiny', 0.1), open('brief', 1)]);
  await model.ready();
});
afterAll(async () => {
  await Promise.all([model.close(), brief.close()]);
  rmSync(folder, { recursive: true });
});

async function answer(sampling: Partial<Sampling>, more: Partial<ConversationRequest> = {}, from = model) {
  const request = {
    messages: [{ role: 'user' as const, content: 'say' }],
    maxTokens: 60,
    ...more,
    sampling: { temperature: 1, topP: 1, ...sampling },
  };
  const events = await Array.fromAsync(
    from.doGenerate(request, { signal: new AbortController().signal, priority: 'online' }),
  );
  const pieces = events.flatMap((event) => (event.type === 'token' ? [event.text] : []));
  return { pieces, text: pieces.join(''), last: events.at(-1) };
}

const SCHEMA = {
  type: 'object',
  properties: {
    id: { type: 'integer', minimum: 1, maximum: 500 },
    kind: { enum: ['cat', 'dog'] },
    tags: { type: 'array', items: { type: 'string', maxLength: 4 }, maxItems: 2 },
  },
  required: ['id', 'kind', 'tags'],
  additionalProperties: false,
};

describe('response formats', () => {
  it('generates valid answers for a JSON schema with every seed, for concurrent requests', async () => {
    const validate = new Ajv2020.default().compile(SCHEMA);
    const format = { type: 'json_schema' as const, schema: SCHEMA, param: 'schema' };
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, seed) => answer({ seed }, { format, maxTokens: 400 })),
    );
    const ended = answers.filter(({ last }) => last?.type === 'finish' && last.reason === 'stop');
    expect(ended.length).toBeGreaterThan(8);
    for (const { text } of ended) expect(validate(JSON.parse(text)), text).toBe(true);
  });

  it('refuses a strict schema that cannot be enforced and reports the path', async () => {
    const format = {
      type: 'json_schema' as const,
      schema: { type: 'string', not: { const: 'a' } },
      strict: true,
      param: 'response_format',
    };
    await expect(answer({}, { format })).rejects.toMatchObject({
      status: 400,
      code: 'invalid_json_schema',
      param: format.param,
      message: expect.stringContaining('/not'),
    });
  });
});

describe('logit bias', () => {
  it('bans a token with a bias of -100 and forces it with a bias of 100', async () => {
    const free = await answer({ seed: 5 });
    // Token ids of the tiny model: 6 control tokens, then the bytes. Its answer contains an 'e'.
    const id = 6 + 'e'.charCodeAt(0);
    expect(free.text).toContain('e');
    const banned = await answer({ seed: 5, logitBias: new Map([[id, -100]]) });
    expect(banned.pieces).not.toContain('e');
    const forced = await answer({ seed: 5, logitBias: new Map([[id, 100]]) }, { maxTokens: 5 });
    expect(forced.pieces).toEqual(['e', 'e', 'e', 'e', 'e']);
  });

  it('prolongs the answer or ends it immediately with a bias on the end token', async () => {
    const end = tinyTokenId('<|end|>');
    const long = { maxTokens: 400 };
    const free = await answer({ seed: 1 }, long, brief);
    expect(free.last).toEqual({ type: 'finish', reason: 'stop' });
    const banned = await answer({ seed: 1, logitBias: new Map([[end, -100]]) }, long, brief);
    expect(banned.last).toEqual({ type: 'finish', reason: 'length' });
    const forced = await answer({ seed: 1, logitBias: new Map([[end, 100]]) });
    expect([forced.text, forced.last]).toEqual(['', { type: 'finish', reason: 'stop' }]);
    // An answer that is complete by its format ends even if the end token is banned.
    const format = { type: 'json_schema' as const, schema: { enum: ['yes'] }, param: 'p' };
    const whole = await answer({ seed: 1, logitBias: new Map([[end, -100]]) }, { format });
    expect([whole.text, whole.last]).toEqual(['"yes"', { type: 'finish', reason: 'stop' }]);
  });

  it('refuses a bias on a token outside the vocabulary', async () => {
    await expect(answer({ logitBias: new Map([[1_000_000, 1]]) })).rejects.toMatchObject({
      status: 400,
      param: 'logit_bias',
    });
  });
});

describe('penalties', () => {
  it('reduces repetition with a frequency or presence penalty', async () => {
    const maxRepetitions = ({ pieces }: { pieces: string[] }) =>
      Math.max(...pieces.map((piece) => pieces.filter((other) => other === piece).length));
    const free = await answer({ temperature: 0 });
    const frequency = await answer({ temperature: 0, frequencyPenalty: 2 });
    const presence = await answer({ temperature: 0, presencePenalty: 2 });
    expect(maxRepetitions(frequency)).toBeLessThan(maxRepetitions(free));
    expect(new Set(presence.pieces).size).toBeGreaterThan(new Set(free.pieces).size);
  });
});
