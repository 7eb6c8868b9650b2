/** Properties of every answer of a real model, tested with the built-in one over HTTP. */
import { join } from 'node:path';
import { readGgufFileInfo } from 'node-llama-cpp';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY, type ServerProcess, startServer } from './server.ts';

const file = join(REPOSITORY, 'models/nano/selfsame-nano.gguf');
const model = 'selfsame-nano';
const PROMPTS = [
  'Hello! How are you?',
  'Ada is 36 years old. How old is Ada?',
  'Tell me about the sea.',
  'Say this again: “né à Zürich — 東京 😀”',
];
const SEEDS = [1, 2, 3];
const pairs = PROMPTS.flatMap((content) => SEEDS.map((seed) => ({ content, seed })));

let server: ServerProcess;
let client: OpenAI;
let vocabulary: readonly string[];
beforeAll(async () => {
  server = await startServer({ model: file });
  client = new OpenAI({ baseURL: server.baseURL, apiKey: 'any', maxRetries: 0 });
  vocabulary = (await readGgufFileInfo(file)).metadata.tokenizer.ggml.tokens;
});
afterAll(() => server.stop());

type More = Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>;
const toRequest = (content: string, more: More) => ({
  model,
  messages: [{ role: 'user' as const, content }],
  max_completion_tokens: 60,
  ...more,
});

async function answer(content: string, more: More) {
  const { choices, usage } = await client.chat.completions.create(toRequest(content, more));
  const [choice] = choices;
  return {
    text: choice?.message.content ?? '',
    reason: choice?.finish_reason,
    tokens: choice?.logprobs?.content,
    usage,
  };
}

async function stream(content: string, more: More) {
  const options = { stream: true, stream_options: { include_usage: true } } as const;
  const chunks = await Array.fromAsync(
    await client.chat.completions.create({ ...toRequest(content, more), ...options }),
  );
  const deltas = chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? ''));
  const reason = chunks.findLast(({ choices }) => choices.length > 0)?.choices[0]?.finish_reason;
  return { deltas, text: deltas.join(''), reason, usage: chunks.at(-1)?.usage };
}

/** The name of the token of these bytes in the vocabulary; the tests need only plain letters and blanks. */
const idOf = (token: string) => vocabulary.indexOf(token.replaceAll(' ', 'Ġ'));

describe('an answer', () => {
  it('returns the same answer streamed and plain for one seed', async () => {
    for (const { content, seed } of pairs) {
      const plain = await answer(content, { seed });
      const streamed = await stream(content, { seed });
      expect([streamed.text, streamed.reason]).toEqual([plain.text, plain.reason]);
      expect(streamed.usage?.completion_tokens).toBe(plain.usage?.completion_tokens);
      expect(streamed.deltas.every((delta) => delta.isWellFormed())).toBe(true);
    }
  });

  it('returns probabilities that sum to at most one, and the likeliest tokens with greedy decoding', async () => {
    for (const content of PROMPTS) {
      const { tokens, text } = await answer(content, { temperature: 0, logprobs: true, top_logprobs: 20 });
      expect(tokens?.length).toBeGreaterThan(0);
      expect(Buffer.from((tokens ?? []).flatMap(({ bytes }) => bytes ?? [])).toString()).toBe(text);
      for (const { token, logprob, top_logprobs: top } of tokens ?? []) {
        expect(top.reduce((sum, each) => sum + Math.exp(each.logprob), 0)).toBeLessThanOrEqual(1.0001);
        expect([top[0]?.token, top[0]?.logprob]).toEqual([token, logprob]);
        expect(top.map((each) => each.logprob)).toEqual(top.map((each) => each.logprob).toSorted((a, b) => b - a));
      }
    }
  });

  it('an answer never contains a banned token', async () => {
    for (const { content, seed } of pairs.slice(0, 9)) {
      const free = await answer(content, { seed, logprobs: true });
      const tokens = new Set(free.tokens?.map(({ token }) => token).filter((token) => /^ ?[A-Za-z]+$/.test(token)));
      for (const token of [...tokens].slice(0, 3)) {
        const id = idOf(token);
        expect(id).toBeGreaterThan(0);
        const banned = await answer(content, { seed, logprobs: true, logit_bias: { [id]: -100 } });
        expect(banned.tokens?.map((each) => each.token)).not.toContain(token);
      }
    }
  });

  it('an answer ends before a stop string, also across tokens, and never contains a part of it', async () => {
    for (const content of PROMPTS) {
      const { text } = await answer(content, { temperature: 0 });
      for (let at = 1; at < text.length - 2; at += 5) {
        const stop = text.slice(at, at + 4);
        if (!stop.isWellFormed()) continue;
        const cut = text.slice(0, text.indexOf(stop));
        const plain = await answer(content, { temperature: 0, stop });
        expect([plain.text, plain.reason]).toEqual([cut, 'stop']);
        expect((await stream(content, { temperature: 0, stop })).text).toBe(cut);
      }
    }
  });
});

describe('a raw text', () => {
  it('a raw text has the same usage and completion as its token ids', async () => {
    for (const prompt of ['Once upon a time there was', 'The cat sat on', 'def add(a, b):']) {
      const scored = { model, prompt, echo: true, logprobs: 1, max_tokens: 0 };
      const tokens = (await client.completions.create(scored)).choices[0]?.logprobs?.tokens ?? [];
      const ids = tokens.map(idOf);
      expect(ids.every((id) => id >= 0)).toBe(true);
      const how = { model, max_tokens: 12, temperature: 0, echo: true, logprobs: 1 };
      const byText = await client.completions.create({ ...how, prompt });
      const byIds = await client.completions.create({ ...how, prompt: ids });
      expect(byIds.choices).toEqual(byText.choices);
      expect(byIds.usage?.total_tokens).toBe(byText.usage?.total_tokens);
    }
  });
});
