/**
 * The conformance suite of the language-model door. The test of an adapter calls `runLanguageModelConformance` with a
 * function that opens a fresh model, and skips cases that do not apply with a reason. Skipping a case that does not
 * exist is an error.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  GenerateRequest,
  LanguageModel,
  LanguageModelFeature,
  LanguageModelMessage,
  Priority,
} from './language-model.ts';
import { type FeatureSubject, featureCases } from './language-model-features.conformance.ts';
import { ask, collect, options, random, textOf, tokensOf, user } from './testing/ask-language-model.ts';

export interface ConformanceSubject extends FeatureSubject {
  /** Messages whose uncut answer has at least 400 tokens and takes at least 100 ms. */
  long: readonly LanguageModelMessage[];
  /** Messages whose answer of up to 400 tokens contains non-ASCII characters. */
  unicode: readonly LanguageModelMessage[];
}

export interface ConformanceOptions {
  skip?: readonly { test: ConformanceTest; reason: string }[];
}

type Context = () => ConformanceSubject;
type Case = (subject: Context, fresh: () => Promise<ConformanceSubject>) => Promise<void>;

const ABORT_MS = 250;
const REPLACEMENT = '\uFFFD';
/** Starts a request and resolves after its first token; the rest is read in the background. */
async function start(model: LanguageModel, request: GenerateRequest, priority: Priority = 'online') {
  const controller = new AbortController();
  const iterator = model.doGenerate(request, { signal: controller.signal, priority })[Symbol.asyncIterator]();
  for (let step = await iterator.next(); step.done !== true; step = await iterator.next()) {
    if (step.value.type === 'token') break;
  }
  const rest = (async () => {
    while ((await iterator.next()).done !== true);
  })();
  rest.catch(() => undefined);
  return { abort: () => controller.abort(new Error('left')), rest };
}

const cases = {
  'yields start, then tokens, then one finish': async (subject) => {
    const events = await collect(subject().model, ask([user('Hello there')], { maxTokens: 8 }));
    const types = events.map((event) => event.type);
    expect(types[0]).toBe('start');
    expect(types.at(-1)).toBe('finish');
    expect(types.slice(1, -1).every((type) => type === 'token')).toBe(true);
    expect(types.length).toBeGreaterThan(2);
    const [first] = events;
    if (first?.type !== 'start') throw new Error('unreachable');
    expect(first.promptTokens).toBeGreaterThan(0);
    expect(first.cachedTokens).toBeGreaterThanOrEqual(0);
    expect(first.cachedTokens).toBeLessThanOrEqual(first.promptTokens);
  },

  'counts more prompt tokens for a longer prompt': async (subject) => {
    const count = async (content: string) => {
      const [first] = await collect(subject().model, ask([user(content)], { maxTokens: 1 }));
      return first?.type === 'start' ? first.promptTokens : Number.NaN;
    };
    const [short, longer] = [await count('One two three.'), await count('One two three. '.repeat(10))];
    expect(longer).toBeGreaterThan(short + 9);
  },

  'refuses an image by its position in the messages': async (subject) => {
    const { model } = subject();
    expect(model.capabilities.inputs ?? []).not.toContain('image');
    const parts = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'image' as const, url: 'data:image/png;base64,iVBORw0KGgo=' },
    ];
    const messages = [
      user('Hi'),
      { role: 'assistant' as const, content: 'Hello.' },
      { role: 'user' as const, content: parts },
    ];
    await expect(collect(model, ask(messages))).rejects.toMatchObject({
      status: 400,
      code: 'unsupported_value',
      param: 'messages[2].content[1].type',
    });
  },

  'reads several text parts as one text': async (subject) => {
    const count = async (content: LanguageModelMessage['content']) => {
      const [first] = await collect(subject().model, ask([{ role: 'user', content }], { maxTokens: 1 }));
      return first?.type === 'start' ? first.promptTokens : Number.NaN;
    };
    const parts = ['One two three. ', 'Four five six.'].map((text) => ({ type: 'text' as const, text }));
    expect(await count(parts)).toBe(await count('One two three. Four five six.'));
  },

  'ends with length after exactly maxTokens tokens': async (subject) => {
    const events = await collect(subject().model, ask(subject().long, { maxTokens: 37 }));
    expect(tokensOf(events)).toHaveLength(37);
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'length' });
  },

  'ends within 250 ms of an abort, with its reason, and serves the next request immediately': async (subject) => {
    const { model, long } = subject();
    for (let round = 0; round < model.capabilities.parallelRequests + 1; round++) {
      const running = await start(model, ask(long, { sampling: random }));
      const aborted = performance.now();
      running.abort();
      await expect(running.rest).rejects.toThrow('left');
      expect(performance.now() - aborted).toBeLessThan(ABORT_MS);
    }
    const started = performance.now();
    expect(tokensOf(await collect(model, ask([user('Hi')], { maxTokens: 1 })))).toHaveLength(1);
    expect(performance.now() - started).toBeLessThan(2 * ABORT_MS);
  },

  'rejects a request whose signal is already aborted': async (subject) => {
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(collect(subject().model, ask([user('Hi')]), options({ signal }))).rejects.toThrow('too late');
  },

  'frees the slots of consumers that stop reading': async (subject) => {
    const { model, long } = subject();
    for (let round = 0; round < model.capabilities.parallelRequests + 1; round++) {
      for await (const event of model.doGenerate(ask(long), options())) if (event.type === 'token') break;
    }
    expect(tokensOf(await collect(model, ask([user('Hi')], { maxTokens: 1 })))).toHaveLength(1);
  },

  'refuses a prompt that is longer than the context, with both numbers': async (subject) => {
    const { model } = subject();
    const limit = model.capabilities.contextTokens;
    const refused = collect(model, ask([user('word '.repeat(limit + 10))]));
    await expect(refused).rejects.toMatchObject({ code: 'context_length_exceeded', status: 400, param: 'messages' });
    const message = await refused.then(String, (error: Error) => error.message);
    const numbers = (message.match(/\d+/g) ?? []).map(Number);
    expect(numbers[0]).toBe(limit);
    expect(numbers[1]).toBeGreaterThan(limit);
  },

  'refuses a prompt that fits if prompt and maxTokens together exceed the context': async (subject) => {
    const { model } = subject();
    const limit = model.capabilities.contextTokens;
    await expect(collect(model, ask([user('Hi there')], { maxTokens: limit }))).rejects.toMatchObject({
      code: 'context_length_exceeded',
      message: expect.stringContaining(`${limit} in the completion`),
    });
  },

  'returns the same answer for the same prompt at temperature 0': async (subject) => {
    const request = ask(subject().long, { maxTokens: 40 });
    const first = textOf(await collect(subject().model, request));
    expect(first).not.toBe('');
    expect(textOf(await collect(subject().model, request))).toBe(first);
  },

  'returns the same answer for the same seed at temperature 1': async (subject) => {
    const request = ask(subject().long, { maxTokens: 40, sampling: { ...random, seed: 42 } });
    const first = textOf(await collect(subject().model, request));
    expect(textOf(await collect(subject().model, request))).toBe(first);
  },

  'returns different answers for different seeds, and without a seed': async (subject) => {
    const texts = new Set<string>();
    for (const seed of [1, 2, -3, Number.MAX_SAFE_INTEGER, undefined, undefined]) {
      const sampling = seed === undefined ? random : { ...random, seed };
      texts.add(textOf(await collect(subject().model, ask(subject().long, { maxTokens: 40, sampling }))));
    }
    expect(texts.size).toBe(6);
  },

  'finishes twice as many requests as it decodes in parallel': async (subject) => {
    const { model, long } = subject();
    const requests = Array.from({ length: 2 * model.capabilities.parallelRequests }, () =>
      collect(model, ask(long, { maxTokens: 20, sampling: random })),
    );
    for (const events of await Promise.all(requests)) {
      expect(tokensOf(events)).toHaveLength(20);
      expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'length' });
    }
  },

  'never splits a character between tokens': async (subject) => {
    const { model, unicode } = subject();
    const events = await collect(model, ask(unicode, { maxTokens: 400, sampling: { ...random, seed: 7 } }));
    for (const event of events) {
      if (event.type !== 'token') continue;
      expect(event.text.isWellFormed()).toBe(true);
      expect(event.text).not.toContain(REPLACEMENT);
    }
    expect(textOf(events)).toMatch(/[^\p{ASCII}]/u);
  },

  'never returns part of a character when maxTokens ends inside it': async (subject) => {
    const { model, unicode } = subject();
    for (let maxTokens = 1; maxTokens <= 24; maxTokens++) {
      const text = textOf(await collect(model, ask(unicode, { maxTokens, sampling: { ...random, seed: 7 } })));
      expect(text.isWellFormed() && !text.includes(REPLACEMENT), JSON.stringify(text)).toBe(true);
    }
  },

  'runs a later online request before a waiting batch request': async (subject) => {
    const { model, long } = subject();
    const busy = await Promise.all(
      Array.from({ length: model.capabilities.parallelRequests }, () => start(model, ask(long, { sampling: random }))),
    );
    const order: Priority[] = [];
    const queue = (priority: Priority) =>
      collect(model, ask([user('Hi')], { maxTokens: 1 }), options({ priority })).then(() => order.push(priority));
    const queued = [queue('batch'), queue('online')];
    busy[0]?.abort();
    await Promise.all(queued);
    for (const running of busy) running.abort();
    await Promise.allSettled(busy.map((running) => running.rest));
    expect(order).toEqual(['online', 'batch']);
  },

  'accepts no messages, an empty message and every role': async (subject) => {
    const { model } = subject();
    const roles = ['system', 'developer', 'user', 'assistant', 'user'] as const;
    for (const messages of [[], [user('')], roles.map((role) => ({ role, content: `I am ${role}.` }))]) {
      const events = await collect(model, ask(messages, { maxTokens: 3 }));
      expect(events[0]?.type).toBe('start');
      expect(events.at(-1)?.type).toBe('finish');
    }
  },

  'fails running and later requests with engine_failed after a close, and accepts a second close': async (_, fresh) => {
    const { model, long } = await fresh();
    const running = await start(model, ask(long, { sampling: random }));
    await Promise.all([model.close(), expect(running.rest).rejects.toMatchObject({ code: 'engine_failed' })]);
    await model.close();
    await expect(collect(model, ask([user('Hi')]))).rejects.toMatchObject({ code: 'engine_failed' });
  },
} satisfies Record<string, Case>;

export type ConformanceTest = keyof typeof cases;

/** Registers the suite. `make` opens a fresh model; the suite closes all of them. */
export function runLanguageModelConformance(
  name: string,
  make: () => Promise<ConformanceSubject>,
  { skip = [] }: ConformanceOptions = {},
): void {
  for (const { test } of skip) {
    if (!Object.hasOwn(cases, test)) throw new Error(`The conformance suite has no test '${test}' to skip.`);
  }
  describe(`${name} behind the language-model door`, () => {
    const made: LanguageModel[] = [];
    let subject: ConformanceSubject | undefined;
    const fresh = async () => {
      const next = await make();
      made.push(next.model);
      return next;
    };
    const current = () => {
      if (subject === undefined) throw new Error('The subject of this suite could not be made.');
      return subject;
    };
    beforeAll(async () => {
      subject = await fresh();
    }, 60_000);
    afterAll(async () => {
      await Promise.all(made.map((model) => model.close()));
    });
    for (const [test, run] of Object.entries<Case>(cases)) {
      const skipped = skip.find((entry) => entry.test === test);
      if (skipped !== undefined) it.skip(`${test} (skipped: ${skipped.reason})`, () => undefined);
      else it(test, { timeout: 60_000 }, async () => await run(current, fresh));
    }
    for (const [feature, ofFeature] of Object.entries(featureCases)) {
      for (const [test, run] of Object.entries(ofFeature)) {
        it(`${feature}: ${test}`, { timeout: 60_000 }, async ({ skip: skipNow }) => {
          const { features } = current().model.capabilities;
          if (!features.includes(feature as LanguageModelFeature)) skipNow(`the model has no feature '${feature}'`);
          await run(current(), skipNow);
        });
      }
    }
  });
}
