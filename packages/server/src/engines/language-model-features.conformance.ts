/**
 * The cases of the language-model conformance suite about features. The cases of a feature that a model does not have
 * are reported as skipped.
 */
import { expect } from 'vitest';
import type { GenerateEvent, LanguageModel, LanguageModelFeature, ToolFunction } from './language-model.ts';
import { ask, collect, goOn, random, startOf, textOf, tokensOf, user } from './testing/ask-language-model.ts';

export interface FeatureSubject {
  model: LanguageModel;
  /** Feature `logit_bias`: a token that writes `text`, at any position. */
  letter?: { id: number; text: string };
  /** Feature `completion`: the model's own token ids of a text. */
  toIds?(text: string): number[];
}

/** `skip` takes the reason why a case cannot run with this subject. */
export type FeatureCase = (subject: FeatureSubject, skip: (why: string) => never) => Promise<void>;

/** Tolerance of single-precision sums over a large vocabulary. */
const EPSILON = 1e-3;
const WORDS = 'the cat sat on the mat';

const tools: ToolFunction[] = [
  { name: 'look', param: 'tools[0].function.parameters' },
  { name: 'go', param: 'tools[1].function.parameters' },
];

function callsOf(events: readonly GenerateEvent[]) {
  const calls: { name: string; arguments: string }[] = [];
  for (const delta of tokensOf(events).flatMap((event) => event.calls ?? [])) {
    if (delta.name !== undefined) calls.push({ name: delta.name, arguments: '' });
    const call = calls[delta.index];
    if (call === undefined) throw new Error('A call goes on that has not begun.');
    call.arguments += delta.arguments;
  }
  return calls;
}

const logprobsOf = (events: readonly GenerateEvent[]) => tokensOf(events).map((event) => event.logprob);

function checkChances(logprob: ReturnType<typeof logprobsOf>[number], topLogprobs: number): void {
  if (logprob === undefined) throw new Error('A token came without the log probability that was asked for.');
  const { top } = logprob;
  expect(logprob.logprob).toBeLessThanOrEqual(0);
  expect(top).toHaveLength(topLogprobs);
  expect(top.map((each) => each.logprob)).toEqual(top.map((each) => each.logprob).toSorted((a, b) => b - a));
  expect(top.reduce((sum, each) => sum + Math.exp(each.logprob), 0)).toBeLessThanOrEqual(1 + EPSILON);
}

export const featureCases: Record<LanguageModelFeature, Record<string, FeatureCase>> = {
  penalties: {
    'repeats less with penalties': async ({ model }) => {
      const kinds = async (penalty: number) => {
        const sampling = { temperature: 0, topP: 1, frequencyPenalty: penalty, presencePenalty: penalty };
        const events = await collect(model, ask([user(WORDS)], { maxTokens: 60, sampling }));
        return new Set(tokensOf(events).map((event) => event.text)).size;
      };
      expect(await kinds(2)).toBeGreaterThan(await kinds(0));
    },
  },

  logit_bias: {
    'generates only a token with a bias of 100, and never one with -100': async ({ model, letter }, skip) => {
      if (letter === undefined) return skip('no token of this model is known');
      const answer = async (bias: number) => {
        const sampling = { ...random, seed: 5, logitBias: new Map([[letter.id, bias]]) };
        return textOf(await collect(model, ask([user(WORDS)], { maxTokens: 60, sampling })));
      };
      expect(await answer(100)).toBe(letter.text.repeat(60));
      expect(await answer(0)).toContain(letter.text);
      expect(await answer(-100)).not.toContain(letter.text);
    },
  },

  format: {
    'generates exactly one object that is valid under its schema': async ({ model }) => {
      const properties = { kind: { enum: ['cat', 'dog'] }, old: { type: 'boolean' } };
      const schema = { type: 'object', properties, required: ['kind', 'old'], additionalProperties: false };
      for (let seed = 1; seed <= 5; seed++) {
        const format = { type: 'json_schema' as const, schema, param: 'response_format' };
        const events = await collect(
          model,
          ask([user(WORDS)], { format, maxTokens: 200, sampling: { ...random, seed } }),
        );
        expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
        const answer = JSON.parse(textOf(events)) as Record<string, unknown>;
        expect(Object.keys(answer)).toEqual(['kind', 'old']);
        expect(['cat', 'dog']).toContain(answer['kind']);
        expect(typeof answer['old']).toBe('boolean');
      }
    },
  },

  tools: {
    'calls at least one function if a call is required': async ({ model }) => {
      const request = ask([user('do it')], { tools, toolChoice: 'required', maxTokens: 200 });
      const events = await collect(model, request);
      const calls = callsOf(events);
      expect(calls.length).toBeGreaterThan(0);
      for (const call of calls) {
        expect(['look', 'go']).toContain(call.name);
        expect(JSON.parse(call.arguments)).toEqual({});
      }
      expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'tool_calls' });
      expect(textOf(events)).toBe('');
    },
    'calls the named function once': async ({ model }) => {
      const events = await collect(model, ask([user('do it')], { tools, toolChoice: { name: 'go' }, maxTokens: 200 }));
      expect(callsOf(events).map((call) => call.name)).toEqual(['go']);
    },
    'generates one call if parallel calls are off': async ({ model }) => {
      const fields = { tools, toolChoice: 'required' as const, parallelToolCalls: false, maxTokens: 200 };
      expect(callsOf(await collect(model, ask([user('do it')], fields)))).toHaveLength(1);
    },
  },

  logprobs: {
    'reports the log probability of each token and of the most likely ones': async ({ model }) => {
      for (const topLogprobs of [0, 1, 5, 20]) {
        const sampling = { ...random, seed: 3 };
        const events = await collect(model, ask([user(WORDS)], { maxTokens: 20, topLogprobs, sampling }));
        for (const logprob of logprobsOf(events)) checkChances(logprob, topLogprobs);
      }
    },
    'samples the likeliest token at temperature 0': async ({ model }) => {
      const events = await collect(model, ask([user(WORDS)], { maxTokens: 20, topLogprobs: 2 }));
      expect(tokensOf(events).length).toBeGreaterThan(0);
      for (const { logprob } of tokensOf(events)) expect(logprob?.logprob).toBe(logprob?.top[0]?.logprob);
    },
    'samples the same tokens without log probabilities, and reports none unless requested': async ({ model }) => {
      const sampling = { ...random, seed: 11 };
      const plain = await collect(model, ask([user(WORDS)], { maxTokens: 30, sampling }));
      const scored = await collect(model, ask([user(WORDS)], { maxTokens: 30, sampling, topLogprobs: 3 }));
      expect(textOf(scored)).toBe(textOf(plain));
      expect(logprobsOf(plain).every((each) => each === undefined)).toBe(true);
    },
    'returns bytes that join to the text': async ({ model }) => {
      const events = await collect(model, ask([user(WORDS)], { maxTokens: 40, topLogprobs: 0 }));
      const bytes = logprobsOf(events).flatMap((each) => each?.bytes ?? []);
      expect(Buffer.from(bytes).toString('utf8').startsWith(textOf(events))).toBe(true);
      expect(textOf(events)).not.toBe('');
    },
  },

  completion: {
    'continues a text as it continues its token ids': async ({ model, toIds }, skip) => {
      if (toIds === undefined) return skip('the token ids of this model are not known');
      const sampling = { ...random, seed: 9 };
      const fields = { maxTokens: 20, sampling };
      const [text, ids] = [await collect(model, goOn(WORDS, fields)), await collect(model, goOn(toIds(WORDS), fields))];
      expect(textOf(ids)).toBe(textOf(text));
      expect(startOf(ids).promptTokens).toBe(startOf(text).promptTokens);
      expect(textOf(text)).not.toBe('');
    },
    'names the prompt if it is too long or has an unknown token': async ({ model }) => {
      const { contextTokens } = model.capabilities;
      await expect(collect(model, goOn('word '.repeat(contextTokens + 10)))).rejects.toMatchObject({
        code: 'context_length_exceeded',
        param: 'prompt',
      });
      await expect(collect(model, goOn([2 ** 40]))).rejects.toMatchObject({ status: 400, param: 'prompt' });
    },
    'generates no token with maxTokens 0': async ({ model }) => {
      const events = await collect(model, goOn(WORDS, { maxTokens: 0 }));
      expect(events.map((event) => event.type)).toEqual(['start', 'finish']);
      expect(events.at(-1)).toMatchObject({ reason: 'length' });
    },
  },

  prompt_logprobs: {
    'scores the tokens of a text, and continues it as without scoring': async ({ model }) => {
      const scored = await collect(model, goOn(WORDS, { maxTokens: 10, promptLogprobs: true, topLogprobs: 2 }));
      const { prompt = [] } = startOf(scored);
      expect(prompt.map((each) => each.token).join('')).toBe(WORDS);
      for (const [at, each] of prompt.entries()) {
        const { logprob } = each;
        if (logprob !== null) checkChances({ ...each, logprob }, 2);
        else expect([at, each.top]).toEqual([0, []]);
      }
      expect(textOf(scored)).toBe(textOf(await collect(model, goOn(WORDS, { maxTokens: 10 }))));
    },
    'scores a text without generating a token': async ({ model }) => {
      const fields = { promptLogprobs: true, topLogprobs: 1 };
      const alone = await collect(model, goOn(WORDS, { ...fields, maxTokens: 0 }));
      expect(alone.map((event) => event.type)).toEqual(['start', 'finish']);
      expect(startOf(alone).prompt).toEqual(
        startOf(await collect(model, goOn(WORDS, { ...fields, maxTokens: 3 }))).prompt,
      );
    },
  },

  suffix: {
    'reads the text after the answer': async ({ model }) => {
      const count = async (fields: { suffix?: string }) =>
        startOf(await collect(model, goOn(WORDS, { maxTokens: 2, ...fields }))).promptTokens;
      expect(await count({ suffix: ' and was seen there' })).toBeGreaterThan((await count({})) + 2);
    },
  },
};
