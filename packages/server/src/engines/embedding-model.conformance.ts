/**
 * The conformance suite of the embedding-model door. The test of an adapter calls `runEmbeddingModelConformance` with a
 * function that opens a fresh model, and skips cases that do not apply with a reason. Skipping a case that does not
 * exist is an error.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddingInput, EmbeddingModel, EmbedOptions } from './embedding-model.ts';

export interface EmbeddingConformanceSubject {
  model: EmbeddingModel;
  /** Several hundred inputs that take at least 600 ms together. */
  slow: readonly string[];
  /** A text and its token ids. */
  tokenized: { text: string; tokens: readonly number[] };
  /** A token id that the vocabulary lacks. */
  unknownToken: number;
}

export interface EmbeddingConformanceOptions {
  skip?: readonly { test: ConformanceTest; reason: string }[];
}

type Context = () => EmbeddingConformanceSubject;
type Case = (subject: Context, fresh: () => Promise<EmbeddingConformanceSubject>) => Promise<void>;

const ABORT_MS = 250;
const BATCH_INPUTS = 300;

function options(fields: Partial<EmbedOptions> = {}): EmbedOptions {
  return { signal: new AbortController().signal, priority: 'online', ...fields };
}

const nameInput = (index: number) => `input[${index}]`;
const embed = (model: EmbeddingModel, inputs: readonly EmbeddingInput[], how = options()) =>
  model.doEmbed({ inputs, nameInput }, how);

function dot(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined) return Number.NaN;
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? Number.NaN), 0);
}

const cases = {
  'returns one vector of length 1 per input, in order': async (subject) => {
    const { model } = subject();
    const texts = ['one', 'two words', 'one', 'Straße 東京 😀', ' '];
    const { vectors, inputTokens } = await embed(model, texts);
    expect(vectors.map((vector) => vector.length)).toEqual(texts.map(() => model.capabilities.dimensions));
    for (const vector of vectors) expect(Math.sqrt(dot(vector, vector))).toBeCloseTo(1, 5);
    expect(vectors[2]).toEqual(vectors[0]);
    expect(dot(vectors[0], vectors[1])).toBeLessThan(0.999);
    expect(inputTokens).toBeGreaterThanOrEqual(texts.length);
  },

  'embeds an input to the same vector regardless of the other inputs': async (subject) => {
    const { model } = subject();
    const text = 'The library opens at nine.';
    const alone = await embed(model, [text]);
    const among = await embed(model, ['the cat sleeps '.repeat(20), text, 'x']);
    expect(among.vectors[1]).toEqual(alone.vectors[0]);
    const crowd = await Promise.all(Array.from({ length: 5 }, (_, i) => embed(model, [`noise ${i}`, text])));
    for (const { vectors } of crowd) expect(vectors[1]).toEqual(alone.vectors[0]);
  },

  'embeds texts that share words nearer than texts that share none': async (subject) => {
    const { vectors } = await embed(subject().model, [
      'The black cat sleeps on the sofa.',
      'A cat sleeps on the sofa all day.',
      'Quarterly revenue rose by eleven percent.',
    ]);
    expect(dot(vectors[0], vectors[1])).toBeGreaterThan(dot(vectors[0], vectors[2]) + 0.2);
  },

  'counts the tokens of all inputs together': async (subject) => {
    const { model } = subject();
    const count = async (inputs: readonly string[]) => (await embed(model, inputs)).inputTokens;
    const [one, two] = [await count(['one two three']), await count(['four five'])];
    expect(await count(['one two three', 'four five'])).toBe(one + two);
    expect(await count(['one two three '.repeat(10)])).toBeGreaterThan(one + 20);
  },

  'counts the tokens of a text of any length as when it embeds the text': async (subject) => {
    const { model } = subject();
    const texts = ['one two three', 'Straße 東京 😀', 'x', 'The library opens at nine. '.repeat(5)];
    const { inputTokens } = await embed(model, texts);
    const counts = await model.countTokens(texts, options());
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(inputTokens);
    const { inputTokens: alone } = await embed(model, ['one two three']);
    expect(counts[0]).toBe(alone);
    const [frame = Number.NaN, long = 0] = await model.countTokens(['', 'word '.repeat(20_000)], options());
    expect(frame).toBeLessThan(alone);
    expect(long).toBeGreaterThanOrEqual(20_000);
  },

  'counts tokens during a long request, and rejects a count whose signal is aborted': async (subject) => {
    const { model, slow } = subject();
    const controller = new AbortController();
    const running = embed(model, slow, options({ signal: controller.signal }));
    running.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const counting = model.countTokens(['short'], options({ priority: 'batch' })).then(() => 'counted');
    expect(await Promise.race([counting, running.then(() => 'embedded')])).toBe('counted');
    controller.abort(new Error('left'));
    await expect(running).rejects.toThrow('left');
    await expect(model.countTokens(['x'], options({ signal: controller.signal }))).rejects.toThrow('left');
  },

  'returns the same vector and count for a text and its token ids': async (subject) => {
    const { model, tokenized } = subject();
    const asText = await embed(model, [tokenized.text]);
    const asTokens = await embed(model, [tokenized.tokens]);
    expect(asTokens.vectors[0]).toEqual(asText.vectors[0]);
    expect(asTokens.inputTokens).toBe(asText.inputTokens);
  },

  'refuses an input over the limit by name, with both numbers, and embeds one at the limit': async (subject) => {
    const { model, tokenized } = subject();
    const { inputTokens: limit } = model.capabilities;
    const word = tokenized.tokens.at(-1) ?? 0;
    const framed = (await embed(model, [[word]])).inputTokens;
    const just = Array.from({ length: limit - framed + 1 }, () => word);
    expect((await embed(model, [just])).inputTokens).toBe(limit);
    await expect(embed(model, ['fine', [...just, word]])).rejects.toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
      param: 'input[1]',
      message: expect.stringMatching(new RegExp(`${limit} tokens.*${limit + 1}`)),
    });
    await expect(embed(model, ['many words '.repeat(limit)])).rejects.toMatchObject({ param: 'input[0]' });
  },

  'refuses an unknown token id by the name of its input': async (subject) => {
    const { model, tokenized, unknownToken } = subject();
    for (const wrong of [unknownToken, -1]) {
      const refusal = embed(model, [tokenized.tokens, [wrong]]);
      // The schema of an OpenAI-compatible upstream may refuse a negative id.
      const code = expect.stringMatching(/^(invalid_value|integer_below_min_value)$/);
      await expect(refusal).rejects.toMatchObject({ status: 400, code, param: 'input[1]' });
    }
  },

  'ends within 250 ms of an abort, with its reason, and serves the next request': async (subject) => {
    const { model, slow } = subject();
    const controller = new AbortController();
    const running = embed(model, slow, options({ signal: controller.signal }));
    running.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const aborted = performance.now();
    controller.abort(new Error('left'));
    await expect(running).rejects.toThrow('left');
    expect((await embed(model, ['next'])).vectors).toHaveLength(1);
    expect(performance.now() - aborted).toBeLessThan(ABORT_MS);
  },

  'rejects a request whose signal is already aborted': async (subject) => {
    const signal = AbortSignal.abort(new Error('left before'));
    await expect(embed(subject().model, ['x'], options({ signal }))).rejects.toThrow('left before');
  },

  'serves a short embedding request during a long one': async (subject) => {
    const { model, slow } = subject();
    const controller = new AbortController();
    const running = embed(model, slow, options({ signal: controller.signal }));
    running.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const first = await Promise.race([embed(model, ['short']).then(() => 'short'), running.then(() => 'long')]);
    controller.abort(new Error('left'));
    expect(first).toBe('short');
    await expect(running).rejects.toThrow('left');
  },

  'serves online requests before batch requests': async (subject) => {
    const { model, slow } = subject();
    const inputs = slow.slice(0, BATCH_INPUTS);
    const order: string[] = [];
    const ask = async (priority: EmbedOptions['priority']) => {
      await embed(model, inputs, options({ priority }));
      order.push(priority);
    };
    await Promise.all([ask('batch'), ask('online')]);
    expect(order).toEqual(['online', 'batch']);
  },

  'fails running and later requests when it is closed': async (_subject, fresh) => {
    const { model, slow } = await fresh();
    const running = embed(model, slow);
    running.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await model.close();
    await expect(running).rejects.toMatchObject({ code: 'engine_failed' });
    await expect(embed(model, ['late'])).rejects.toMatchObject({ code: 'engine_failed' });
    await expect(model.countTokens(['late'], options())).rejects.toMatchObject({ code: 'engine_failed' });
    await model.close();
  },
} satisfies Record<string, Case>;

export type ConformanceTest = keyof typeof cases;

/** `make` returns a fresh, loaded model; the suite closes all of them. */
export function runEmbeddingModelConformance(
  name: string,
  make: () => Promise<EmbeddingConformanceSubject>,
  { skip = [] }: EmbeddingConformanceOptions = {},
): void {
  describe(`${name} behind the embedding-model door`, () => {
    const made: EmbeddingConformanceSubject[] = [];
    const fresh = async () => {
      const subject = await make();
      made.push(subject);
      return subject;
    };
    let shared: EmbeddingConformanceSubject;
    beforeAll(async () => {
      shared = await fresh();
    }, 60_000);
    afterAll(async () => {
      for (const { model } of made) await model.close();
    });
    for (const { test } of skip) if (!(test in cases)) throw new Error(`There is no test '${test}' to skip.`);
    for (const [test, run] of Object.entries<Case>(cases)) {
      const skipped = skip.find((each) => each.test === test);
      if (skipped === undefined) it(test, () => run(() => shared, fresh));
      else it.skip(`${test} (skipped: ${skipped.reason})`, () => undefined);
    }
  });
}
