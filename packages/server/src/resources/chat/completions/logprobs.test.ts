import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../start/testing/test-server.ts';
import { toTokenLogprobs } from './logprobs.ts';

let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

type Params = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'model' | 'messages'>;
const body = (text: string, more: Params) => ({
  model: 'scripted',
  messages: [{ role: 'user' as const, content: text }],
  logprobs: true,
  ...more,
});
const ask = async (text: string, more: Params = {}) =>
  (await client.chat.completions.create(body(text, more))).choices[0]?.logprobs;
const chunksOf = async (text: string, more: Params = {}) =>
  Array.fromAsync(await client.chat.completions.create({ ...body(text, more), stream: true }));
const bytesOf = (tokens: readonly { bytes: number[] | null }[] = []) =>
  Buffer.from(tokens.flatMap(({ bytes }) => bytes ?? [])).toString('utf8');

describe('log probabilities of a chat completion', () => {
  it('returns the log probabilities of the tokens of the answer', async () => {
    const logprobs = await ask('one two, drei 😀');
    expect(logprobs?.refusal).toBeNull();
    expect(logprobs?.content?.map(({ token }) => token)).toEqual(['one', ' two,', ' drei', ' 😀']);
    expect(bytesOf(logprobs?.content ?? [])).toBe('one two, drei 😀');
    for (const { logprob, top_logprobs: top } of logprobs?.content ?? []) {
      expect(logprob).toBeLessThan(0);
      expect(top).toEqual([]);
    }
  });

  it('returns the requested number of alternatives, the likeliest first', async () => {
    const content = (await ask('one two', { top_logprobs: 20 }))?.content ?? [];
    expect(content).toHaveLength(2);
    for (const { top_logprobs: top, ...own } of content) {
      expect(top).toHaveLength(20);
      expect(top[0]).toEqual(own);
      expect(top.reduce((sum, { logprob }) => sum + Math.exp(logprob), 0)).toBeLessThanOrEqual(1);
    }
  });

  it('streams the same log probabilities with the chunk that has their text', async () => {
    const chunks = await chunksOf('one two three four', { top_logprobs: 2, stop: ['ur'], n: 2 });
    for (const index of [0, 1]) {
      const own = chunks.flatMap((chunk) => chunk.choices.filter((choice) => choice.index === index));
      for (const { delta, logprobs, finish_reason: reason } of own) {
        if (delta.role !== undefined || reason !== null) expect(logprobs).toBeNull();
        else if (delta.content !== ' fo') expect(bytesOf(logprobs?.content ?? [])).toBe(delta.content);
      }
      const streamed = own.flatMap(({ logprobs }) => logprobs?.content ?? []);
      const plain = (await ask('one two three four', { top_logprobs: 2, stop: ['ur'] }))?.content;
      expect(streamed).toEqual(plain);
    }
  });

  it('ends log probabilities with the token in which a stop string starts', async () => {
    const tokensOf = async (stop: string) => (await ask('abcdefghijkl', { stop }))?.content?.map(({ token }) => token);
    expect(await tokensOf('efgh')).toEqual(['abcd']);
    expect(await tokensOf('fghi')).toEqual(['abcd', 'efgh']);
    expect(await tokensOf('abcd')).toEqual([]);
  });

  it('returns log probabilities of the text only when functions are called', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'go' } }];
    const call = '"calls":[{"name":"go","arguments":{"to":"here"}}]';
    expect((await ask(`@script {${call},"text":"so be it"}\n`, { tools }))?.content?.map(({ token }) => token)).toEqual(
      ['so', ' be', ' it'],
    );
    expect(await ask(`@script {${call}}\n`, { tools })).toEqual({ content: null, refusal: null });
  });

  it('returns no log probabilities unless the request asks for them', async () => {
    expect(await ask('one', { logprobs: false })).toBeNull();
    expect((await chunksOf('one', { logprobs: null })).every((chunk) => chunk.choices[0]?.logprobs === null)).toBe(
      true,
    );
  });
});

describe('toTokenLogprobs', () => {
  it('escapes bytes that are no whole character, and returns -9999 for a probability of zero', () => {
    const half = { token: '\ufffd', bytes: [0xf0, 0x9f], logprob: -1 };
    const real = { token: '\ufffd', bytes: [0xef, 0xbf, 0xbd], logprob: Number.NEGATIVE_INFINITY };
    const control = { token: '<end>', bytes: null, logprob: -20 };
    expect(toTokenLogprobs([{ ...half, top: [half, real, control] }])).toEqual([
      {
        token: '\\xf0\\x9f',
        bytes: [0xf0, 0x9f],
        logprob: -1,
        top_logprobs: [
          { token: '\\xf0\\x9f', bytes: [0xf0, 0x9f], logprob: -1 },
          { token: '\ufffd', bytes: [0xef, 0xbf, 0xbd], logprob: -9999 },
          { token: '<end>', bytes: null, logprob: -20 },
        ],
      },
    ]);
  });
});
