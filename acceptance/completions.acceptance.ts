/**
 * Plain completions and log probabilities, with both generations of the official client and LangChain's class for them.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OpenAI as LangChainCompletions } from '@langchain/openai';
import { describe, expect, it } from 'vitest';
import { type Client, failureOf, GENERATIONS } from './openai-clients.ts';
import { REPOSITORY } from './server.ts';
import { ask, scripted, target } from './target.ts';

const TEXT = 'The quick brown fox jumps over the lazy dog.';
const { baseURL, apiKey } = target;
/** The id that applications of this endpoint use, so that aliases are exercised too. */
const model = target.profile === 'url' ? target.model : 'gpt-3.5-turbo-instruct';

type Completion = Awaited<ReturnType<typeof create>>;

/** A text with directives for the scripted engine; other engines do not get the directives. */
function prompt(text: string, directives: object): string {
  return ask(text, directives)[0].content;
}

function create(client: Client, body: object) {
  return client.completions.create({ model, prompt: TEXT, max_tokens: 12, ...body, stream: false });
}

async function stream(client: Client, body: object) {
  const chunks = client.completions.create({ model, prompt: TEXT, max_tokens: 12, ...body, stream: true });
  return await Array.fromAsync(await chunks);
}

const characters = (text: string) => Array.from(text);

/** Checks the invariants of every list of log probabilities. */
function checkLogprobs({ choices: [choice] }: Completion, { asked, offset }: { asked: number; offset: number }): void {
  const {
    tokens = [],
    token_logprobs: own = [],
    top_logprobs: top = [],
    text_offset: offsets = [],
  } = choice?.logprobs ?? {};
  expect(tokens.length).toBeGreaterThan(0);
  expect([own.length, top.length, offsets.length]).toEqual([tokens.length, tokens.length, tokens.length]);
  expect(offsets[0]).toBe(offset);
  for (const [i, token] of tokens.entries()) {
    if (own[i] === null) {
      expect([i, top[i]]).toEqual([0, null]);
      continue;
    }
    expect(own[i]).toBeLessThanOrEqual(0);
    const map = top[i] ?? {};
    expect(map[token]).toBe(own[i]);
    expect(Object.keys(map).length).toBeLessThanOrEqual(asked + 1);
    expect(Object.values(map).reduce((sum, each) => sum + Math.exp(each), 0)).toBeLessThanOrEqual(1 + 1e-6);
  }
}

describe.each(GENERATIONS)('$name', ({ Client }) => {
  const client = new Client({ baseURL, apiKey, maxRetries: 0 });

  describe('plain completions', () => {
    it('continues a text and reports the usage', async () => {
      const completion = await create(client, {});
      expect(completion.id).toMatch(/^cmpl-/);
      expect(completion.object).toBe('text_completion');
      expect((await client.models.list()).data.map((each) => each.id)).toContain(completion.model);
      const { usage, choices } = completion;
      expect(choices).toHaveLength(1);
      expect(choices[0]?.finish_reason).toMatch(/stop|length/);
      expect(choices[0]?.logprobs).toBeNull();
      expect(usage?.completion_tokens).toBeLessThanOrEqual(12);
      expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
      if (scripted) expect(choices[0]?.text).toBe(TEXT.slice(0, choices[0]?.text.length));
    });

    it('returns several completions of several prompts in order', async () => {
      const completion = await create(client, { prompt: ['One, two,', 'Red, green,', 'Do, re,'], n: 2, echo: true });
      expect(completion.choices.map((choice) => choice.index)).toEqual([0, 1, 2, 3, 4, 5]);
      for (const [i, each] of ['One, two,', 'Red, green,', 'Do, re,'].entries()) {
        for (const choice of completion.choices.slice(2 * i, 2 * i + 2))
          expect(choice.text.startsWith(each)).toBe(true);
      }
    });

    it('streams the same text as a plain completion with a seed, with usage at the end', async () => {
      const body = { prompt: [TEXT, 'Once upon a time'], n: 2, seed: 5, stop: ['fox', '\n'] };
      const plain = await create(client, body);
      const chunks = await stream(client, { ...body, stream_options: { include_usage: true } });
      for (const { index, text, finish_reason: reason } of plain.choices) {
        const own = chunks.flatMap(({ choices }) => choices.filter((choice) => choice.index === index));
        expect(own.map((choice) => choice.text).join('')).toBe(text);
        expect(own.at(-1)?.finish_reason).toBe(reason);
        expect(text).not.toContain('fox');
      }
      expect(chunks.at(-1)?.choices).toEqual([]);
      expect(chunks.at(-1)?.usage?.completion_tokens).toBe(plain.usage?.completion_tokens);
    });

    it('returns the log probabilities of the tokens', async () => {
      const completion = await create(client, { logprobs: 5 });
      checkLogprobs(completion, { asked: 5, offset: characters(TEXT).length });
    });

    it('scores a given text', async () => {
      const completion = await create(client, { logprobs: 1, echo: true, max_tokens: 0 });
      expect(completion.choices[0]?.text).toBe(TEXT);
      expect(completion.choices[0]?.logprobs?.tokens?.join('')).toBe(TEXT);
      expect(completion.usage?.completion_tokens).toBe(0);
      checkLogprobs(completion, { asked: 1, offset: 0 });
    });

    it('returns the likeliest token with greedy decoding', async () => {
      const [choice] = (await create(client, { logprobs: 3, temperature: 0 })).choices;
      const { token_logprobs: own = [], top_logprobs: top = [] } = choice?.logprobs ?? {};
      for (const [i, map] of top.entries()) expect(own[i]).toBe(Math.max(...Object.values(map)));
    });

    it('returns the best of several completions', async () => {
      const completion = await create(client, { best_of: 4, n: 2, logprobs: 0 });
      const means = completion.choices.map(({ logprobs }) => {
        const own = logprobs?.token_logprobs ?? [];
        return own.reduce((sum, each) => sum + each, 0) / own.length;
      });
      expect(means).toHaveLength(2);
      expect(means[0]).toBeGreaterThanOrEqual(means[1] ?? Number.NaN);
    });

    it.each([
      ['more alternatives than there are', { logprobs: 6 }, 'logprobs'],
      ['a stream of the best', { best_of: 3, stream: true }, 'best_of'],
      ['a prompt over the context', { prompt: ['x', 'word '.repeat(40_000)] }, 'prompt[1]'],
    ])('refuses %s by name in a legacy completion', async (_what, body, param) => {
      const error = await failureOf(Promise.resolve(client.completions.create({ model, prompt: TEXT, ...body })));
      expect(error).toBeInstanceOf(Client.BadRequestError);
      expect((error as { param: string }).param).toBe(param);
    });

    it('completes 64 parallel requests', async () => {
      const texts = Array.from({ length: 64 }, (_, i) => `Number ${i} is`);
      const completions = await Promise.all(texts.map((text) => create(client, { prompt: text, max_tokens: 4 })));
      for (const completion of completions) expect(completion.usage?.completion_tokens).toBeGreaterThan(0);
      if (scripted) expect(completions.map(({ choices }) => choices[0]?.text)).toEqual(texts);
    });

    it('stops a completion when the client disconnects and serves the next one immediately', async () => {
      const leave = async () => {
        const abort = new AbortController();
        const long = Array.from({ length: 8 }, () => prompt('A very long story', { tokens: 3000, delayMs: 10 }));
        const body = { model, prompt: long, max_tokens: 3000, stream: true as const };
        for await (const _ of await client.completions.create(body, { signal: abort.signal })) abort.abort();
      };
      await Promise.all(Array.from({ length: 8 }, leave));
      const started = performance.now();
      await create(client, { max_tokens: 1 });
      expect(performance.now() - started).toBeLessThan(1000);
    });
  });

  describe('chat log probabilities', () => {
    const body = { model, messages: ask(TEXT), max_tokens: 12, logprobs: true, top_logprobs: 3, seed: 3 };

    it('returns log probabilities whose bytes add up to the content, also in a stream', async () => {
      const [choice] = (await client.chat.completions.create(body)).choices;
      const tokens = choice?.logprobs?.content ?? [];
      expect(Buffer.from(tokens.flatMap(({ bytes }) => bytes ?? [])).toString()).toBe(choice?.message.content);
      for (const { logprob, top_logprobs: top } of tokens) {
        expect(logprob).toBeLessThanOrEqual(0);
        expect(top).toHaveLength(3);
        expect(top.reduce((sum, each) => sum + Math.exp(each.logprob), 0)).toBeLessThanOrEqual(1 + 1e-6);
      }
      const chunks = await Array.fromAsync(await client.chat.completions.create({ ...body, stream: true }));
      const streamed = chunks.flatMap((chunk) => chunk.choices[0]?.logprobs?.content ?? []);
      expect(streamed.map(({ token }) => token)).toEqual(tokens.map(({ token }) => token));
    });

    it('refuses top_logprobs without logprobs', async () => {
      const error = await failureOf(client.chat.completions.create({ ...body, logprobs: false }));
      expect(error).toMatchObject({ status: 400, param: 'top_logprobs' });
    });
  });
});

describe("LangChain's class for plain completions", () => {
  const llm = (more: object = {}) =>
    new LangChainCompletions({ model, apiKey, configuration: { baseURL }, maxRetries: 0, maxTokens: 16, ...more });

  it('completes a text and a batch with LangChain', async () => {
    const text = await llm({ temperature: 0, stop: [' dog'] }).invoke(TEXT);
    if (scripted) expect(text).toBe('The quick brown fox jumps over the lazy');
    const batch = await llm().batch(['One', 'Two', 'Three']);
    expect(batch).toHaveLength(3);
    if (scripted) expect(batch).toEqual(['One', 'Two', 'Three']);
  });

  it('streams a completion with LangChain', async () => {
    const pieces = await Array.fromAsync(await llm().stream(TEXT));
    expect(pieces.length).toBeGreaterThan(2);
    if (scripted) expect(pieces.join('')).toBe(TEXT);
  });

  it('returns several completions of several prompts with LangChain', async () => {
    const { generations, llmOutput } = await llm({ n: 2, bestOf: 3 }).generate(['One', 'Two']);
    expect(generations.map((each) => each.length)).toEqual([2, 2]);
    expect(llmOutput?.['tokenUsage'].completionTokens).toBeGreaterThan(0);
  });
});

it('examples/completions.ts scores its texts', async () => {
  const env = { ...process.env, OPENAI_BASE_URL: baseURL, OPENAI_API_KEY: apiKey };
  const file = join(REPOSITORY, 'examples/completions.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env });
  expect(stdout.trim().split('\n')).toHaveLength(3);
  expect(stdout).toMatch(/^-\d+\.\d The cat sat on the mat\.$/m);
});
