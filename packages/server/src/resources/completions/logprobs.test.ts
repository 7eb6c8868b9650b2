import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';
import { createLogprobsWriter } from './logprobs.ts';
import { toPieces } from './pieces.ts';

let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

type Params = OpenAI.CompletionCreateParamsNonStreaming;
const goOn = async (prompt: Params['prompt'], more: Partial<Params> = {}) => {
  const completion = await client.completions.create({ model: 'scripted', prompt, logprobs: 2, ...more });
  return completion.choices.map((choice) => ({ ...choice, logprobs: choice.logprobs ?? {} }));
};
const ids = (text: string) => Array.from(text, (character) => character.codePointAt(0) ?? 0);
const characters = (text: string) => Array.from(text);

describe('log probabilities of a completion', () => {
  it('returns lists with one item per token, with offsets from the start of the prompt', async () => {
    const [choice] = await goOn('héllo wörld 😀😀');
    const { tokens, token_logprobs: own, top_logprobs: top, text_offset: offsets } = choice?.logprobs ?? {};
    expect(tokens).toEqual(['héll', 'o', ' wörl', 'd', ' 😀😀']);
    expect(offsets).toEqual([14, 18, 19, 24, 25]);
    expect(own?.every((logprob) => logprob < 0)).toBe(true);
    expect(top?.map((map) => Object.keys(map))).toEqual(tokens?.map((token) => [' other1', token]));
    expect(top?.map((map, i) => map[tokens?.[i] ?? ''])).toEqual(own);
  });

  it('scores the prompt except its first token, and generates nothing with max_tokens 0', async () => {
    for (const prompt of ['one two three', ids('one two three')]) {
      const [choice] = await goOn(prompt, { echo: true, max_tokens: 0 });
      expect(choice).toMatchObject({ text: 'one two three', finish_reason: 'length' });
      const { tokens, token_logprobs: own, top_logprobs: top, text_offset: offsets } = choice?.logprobs ?? {};
      expect(tokens?.join('')).toBe('one two three');
      expect(own?.[0]).toBeNull();
      expect(top?.[0]).toBeNull();
      expect(own?.slice(1).every((logprob) => logprob < 0)).toBe(true);
      expect(offsets).toEqual([0, 3, 7, 12]);
    }
  });

  it('continues the lists of an echoed prompt', async () => {
    for (const choice of await goOn(['ab cd', 'é'], { echo: true, n: 2 })) {
      const { tokens = [], text_offset: offsets = [] } = choice.logprobs;
      expect(tokens.join('')).toBe(choice.text);
      for (const [i, token] of tokens.entries()) {
        const at = offsets[i] ?? -1;
        expect(
          characters(choice.text)
            .slice(at, at + characters(token).length)
            .join(''),
        ).toBe(token);
      }
    }
  });

  it('returns no token and no text when only the prompt is counted', async () => {
    const completion = await client.completions.create({ model: 'scripted', prompt: 'one two', max_tokens: 0 });
    expect(completion.choices).toEqual([{ text: '', index: 0, logprobs: null, finish_reason: 'length' }]);
    expect(completion.usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 0, total_tokens: 2 });
  });

  it('returns the token itself without alternatives', async () => {
    const [choice] = await goOn('one two', { logprobs: 0 });
    expect(choice?.logprobs.top_logprobs?.map((map) => Object.keys(map))).toEqual([['one'], [' two']]);
  });

  it('streams the same log probabilities in pieces', async () => {
    const body = { model: 'scripted', prompt: ['one two', 'three 😀'], logprobs: 3, echo: true, stop: ['o', 'ee'] };
    const chunks = await Array.fromAsync(await client.completions.create({ ...body, stream: true }));
    const plain = await client.completions.create(body);
    for (const choice of plain.choices) {
      const own = chunks.flatMap((chunk) => chunk.choices.filter(({ index }) => index === choice.index));
      for (const key of ['tokens', 'token_logprobs', 'top_logprobs', 'text_offset'] as const) {
        const pieces: unknown[] = own.flatMap(({ logprobs }): unknown[] => logprobs?.[key] ?? []);
        expect(pieces).toEqual(choice.logprobs?.[key]);
      }
      expect(own.map(({ text }) => text).join('')).toBe(choice.text);
    }
  });
});

describe('the echo of a prompt', () => {
  const scored = (token: string, bytes: number[] | null, logprob: number | null) => ({
    token,
    bytes,
    logprob,
    top: [],
  });
  const start = (prompt: ReturnType<typeof scored>[]) => ({
    prompt: 0,
    event: { type: 'start', promptTokens: prompt.length, cachedTokens: 0, prompt } as const,
  });
  const echo = (given: string | number[], prompt: ReturnType<typeof scored>[]) =>
    [...toPieces(start(prompt), { prompts: [given], choices: 2, echo: true })].map(({ tokens }) =>
      tokens.map(({ logprob }) => logprob),
    );

  it('returns no log probability for the first token of an echo, even if a BOS token precedes it', () => {
    const [mark, a, b] = [scored('<s>', null, null), scored('a', [97], -1), scored('b', [98], -2)];
    expect(echo('ab', [mark, a, b])).toEqual([
      [null, -2],
      [null, -2],
    ]);
    expect(echo([1, 2], [mark, a, b])).toEqual([
      [null, -2],
      [null, -2],
    ]);
    expect(echo('ab', [a, b])).toEqual([
      [null, -2],
      [null, -2],
    ]);
  });
});

describe('createLogprobsWriter', () => {
  const token = (text: string, bytes: number[] | null, logprob = -1) => ({ token: text, bytes, logprob, top: [] });

  it('escapes bytes that are no whole character, and gives them the same offset', () => {
    const write = createLogprobsWriter(5);
    const [first, second] = [
      write([token('\ufffd', [0xf0, 0x9f])]),
      write([token('\ufffd', [0x98, 0x80]), token('a', [97])]),
    ];
    expect(first).toMatchObject({ tokens: ['bytes:\\xf0\\x9f'], text_offset: [5] });
    expect(second).toMatchObject({ tokens: ['bytes:\\x98\\x80', 'a'], text_offset: [5, 6] });
  });

  it('keeps the likelier of two tokens with one name, and always the sampled one', () => {
    const alternatives = [
      { token: 'b', bytes: [98], logprob: -1 },
      { token: 'b', bytes: [98], logprob: -3 },
      { token: 'a', bytes: [97], logprob: -2 },
    ];
    const sampled = { token: 'a', bytes: [97], logprob: Number.NEGATIVE_INFINITY, top: alternatives };
    expect(createLogprobsWriter(0)([sampled])).toMatchObject({
      token_logprobs: [-9999],
      top_logprobs: [{ a: -9999, b: -1 }],
    });
  });

  it('does not advance the offset for a control token', () => {
    const lists = createLogprobsWriter(0)([token('a', [97]), token('<x>', null), token('b', [98])]);
    expect(lists).toMatchObject({ tokens: ['a', '<x>', 'b'], text_offset: [0, 1, 1] });
  });
});
