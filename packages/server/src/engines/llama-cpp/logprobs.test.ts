import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../lib/defined.ts';
import { silentLog } from '../child-process/testing/silent-log.ts';
import { ask, collect, goOn, greedy, startOf, textOf, tokensOf, user } from '../testing/ask-language-model.ts';
import { createLlamaCppLanguageModel, type LlamaCppLanguageModel } from './language-model.ts';
import { tinyTokenId, tinyTokenIds, writeTinyModel } from './testing/tiny-model.ts';
import { BYTE_CHARACTERS } from './token-pieces.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-logprobs-'));
const tinyPath = join(folder, 'tiny.gguf');
const nanoPath = fileURLToPath(new URL('../../../../../models/nano/selfsame-nano.gguf', import.meta.url));

/** Maximum difference of log probabilities between batches of different sizes. */
const TOLERANCE = 0.02;

const models = {} as Record<'tiny' | 'nano', LlamaCppLanguageModel>;
beforeAll(async () => {
  await writeTinyModel(tinyPath);
  const more = { threads: 1, parallelRequests: 4, log: silentLog };
  models.tiny = createLlamaCppLanguageModel({ modelId: 'tiny', path: tinyPath, ...more });
  models.nano = createLlamaCppLanguageModel({ modelId: 'nano', path: nanoPath, contextTokens: 512, ...more });
  await Promise.all([models.tiny.ready(), models.nano.ready()]);
});
afterAll(async () => {
  await Promise.all([models.tiny.close(), models.nano.close()]);
  rmSync(folder, { recursive: true });
});

const logprobsOf = (events: Parameters<typeof tokensOf>[0]) => tokensOf(events).map((event) => event.logprob?.logprob);

describe.each(['tiny', 'nano'] as const)('log probabilities of the %s model', (name) => {
  it('reports log probabilities before temperature, penalties, bias and grammar apply', async () => {
    const [plain] = tokensOf(await collect(models[name], ask([user('Hello')], { topLogprobs: 5, maxTokens: 1 })));
    const sampling = { temperature: 0.3, topP: 0.5, seed: 1, presencePenalty: 2, logitBias: new Map([[1, -100]]) };
    const format = { type: 'json_object' as const };
    const adjusted = { topLogprobs: 5, maxTokens: 1, sampling, format };
    const [other] = tokensOf(await collect(models[name], ask([user('Hello')], adjusted)));
    expect(plain?.logprob?.top).toHaveLength(5);
    other?.logprob?.top.forEach((each, at) => {
      expect(each.token).toBe(plain?.logprob?.top[at]?.token);
      expect(Math.abs(each.logprob - (plain?.logprob?.top[at]?.logprob ?? 9))).toBeLessThan(TOLERANCE);
    });
    // An object starts with a brace, which neither model prefers.
    expect(other?.logprob?.token).toContain('{');
    expect(other?.logprob?.logprob).toBeLessThan(plain?.logprob?.logprob ?? 0);
  });

  it('reports the same log probabilities for a request alone and among other requests', async () => {
    const request = ask([user('the cat')], { topLogprobs: 3, maxTokens: 20 });
    const alone = await collect(models[name], request);
    const others = ['a', 'bb', 'ccc'].map((text) =>
      collect(
        models[name],
        ask([user(text)], { maxTokens: 20, topLogprobs: 20, sampling: { ...greedy, temperature: 1 } }),
      ),
    );
    const among = await collect(models[name], request);
    await Promise.all(others);
    expect(textOf(among)).toBe(textOf(alone));
    logprobsOf(among).forEach((logprob, at) => {
      expect(Math.abs((logprob ?? 0) - (logprobsOf(alone)[at] ?? 0))).toBeLessThan(TOLERANCE);
    });
  });

  it('reports log probabilities that do not depend on prompt pieces or scoring', async () => {
    const prompt = 'the cat sat on the mat and '.repeat(6);
    const [whole] = tokensOf(await collect(models[name], goOn(prompt, { topLogprobs: 3, maxTokens: 1 })));
    const scored = await collect(models[name], goOn(prompt, { topLogprobs: 3, maxTokens: 1, promptLogprobs: true }));
    const [token] = tokensOf(scored);
    expect(
      startOf(scored)
        .prompt?.map((each) => each.token)
        .join(''),
    ).toBe(prompt);
    expect(startOf(scored).cachedTokens).toBe(0);
    expect(token?.logprob?.token).toBe(whole?.logprob?.token);
    expect(Math.abs((token?.logprob?.logprob ?? 0) - (whole?.logprob?.logprob ?? 9))).toBeLessThan(TOLERANCE);
  });
});

describe('seeded requests', () => {
  it('returns identical log probabilities alone, among other requests, and with any cached state', async () => {
    const story = 'the cat sat on the mat and '.repeat(5);
    const seeded = ask([user(story)], {
      topLogprobs: 2,
      maxTokens: 20,
      sampling: { temperature: 1, topP: 1, seed: 3 },
    });
    const alone = tokensOf(await collect(models.tiny, seeded));
    for (let round = 0; round < 3; round++) {
      // Unseeded with the same prefix, so that they share batches and change the cached state.
      const others = ['dog', 'sun', 'tea'].map((end) =>
        collect(models.tiny, ask([user(story + end)], { maxTokens: 25, sampling: { temperature: 1, topP: 1 } })),
      );
      expect(tokensOf(await collect(models.tiny, seeded))).toEqual(alone);
      await Promise.all(others);
      expect(tokensOf(await collect(models.tiny, seeded))).toEqual(alone);
    }
    const answer = { role: 'assistant' as const, content: alone.map((event) => event.text).join('') };
    const next = { ...seeded, messages: [user(story), answer, user('and then?')] };
    const warm = tokensOf(await collect(models.tiny, next));
    await Promise.all([1, 2, 3, 4].map((at) => collect(models.tiny, ask([user(`${at} other`)], { maxTokens: 3 }))));
    expect(tokensOf(await collect(models.tiny, next))).toEqual(warm);
  });
});

describe('shared prompt prefixes', () => {
  it.each([undefined, 7])(
    'evaluates a shared prefix once for concurrent requests with the seed %s, with the same answers',
    async (seed) => {
      const story =
        `${seed === undefined ? 'an old' : 'one young'} man read a note in the cafe and then the rain came `.repeat(8);
      const fields = {
        maxTokens: 12,
        topLogprobs: 0,
        sampling: { ...greedy, ...defined({ seed }) },
      };
      const together = await Promise.all(
        ['one', 'two', 'six'].map((end) => collect(models.nano, ask([user(`${story} ${end}`)], fields))),
      );
      const [first = 0, ...others] = together.map((events) => startOf(events).cachedTokens).toSorted((a, b) => a - b);
      expect(first).toBeLessThan(16);
      const alone = await collect(models.nano, ask([user(`${story} one`)], fields));
      for (const cached of others) expect(cached).toBeGreaterThan(startOf(alone).promptTokens - 16);
      expect(textOf(together[0] ?? [])).toBe(textOf(alone));
      if (seed !== undefined) expect(logprobsOf(together[0] ?? [])).toEqual(logprobsOf(alone));
    },
  );
});

describe('prompt scores', () => {
  it('returns the log probabilities that the same tokens had when they were generated', async () => {
    // Without the two-letter tokens, each text has one tokenization.
    const logitBias = new Map([' t', 'th'].map((text) => [tinyTokenId(text.replace(' ', 'Ġ')), -100]));
    const sampling = { temperature: 1, topP: 1, seed: 4, logitBias };
    const drawn = await collect(models.tiny, goOn('a', { topLogprobs: 0, maxTokens: 24, sampling }));
    const bytes = tokensOf(drawn).flatMap((event) => event.logprob?.bytes ?? []);
    const ids = [...tinyTokenIds('a'), ...bytes.map((byte) => tinyTokenId(BYTE_CHARACTERS[byte] ?? ''))];
    const { prompt = [] } = startOf(
      await collect(models.tiny, goOn(ids, { topLogprobs: 0, maxTokens: 0, promptLogprobs: true })),
    );
    expect(prompt).toHaveLength(25);
    logprobsOf(drawn).forEach((logprob, at) => {
      expect(Math.abs((prompt[at + 1]?.logprob ?? 0) - (logprob ?? 9))).toBeLessThan(TOLERANCE);
    });
  });

  it('returns null for a BOS token in the prompt, and omits a BOS token that the engine adds', async () => {
    const ids = [tinyTokenId('<|begin|>'), ...tinyTokenIds('so')];
    const fields = { topLogprobs: 1, maxTokens: 0, promptLogprobs: true };
    const own = startOf(await collect(models.tiny, goOn(ids, fields))).prompt;
    expect(own?.[0]).toEqual({ token: '<|begin|>', bytes: null, logprob: null, top: [] });
    // The engine adds a missing BOS token, but does not return it.
    expect(startOf(await collect(models.tiny, goOn('so', fields))).prompt).toEqual(own?.slice(1));
  });

  it('does not block other requests while a long prompt is scored', async () => {
    const long = goOn('on and '.repeat(200), { topLogprobs: 5, maxTokens: 0, promptLogprobs: true });
    const waits: number[] = [];
    const scoring = collect(models.tiny, long);
    let last = performance.now();
    const { signal } = new AbortController();
    for await (const event of models.tiny.doGenerate(ask([user('hi')], { maxTokens: 40 }), {
      signal,
      priority: 'online',
    })) {
      if (event.type === 'token') waits.push(performance.now() - last);
      last = performance.now();
    }
    expect(startOf(await scoring).prompt).toHaveLength(1400);
    expect(Math.max(...waits.slice(1))).toBeLessThan(1000);
  });
});
