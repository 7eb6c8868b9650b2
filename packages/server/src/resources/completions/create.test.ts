import { request as httpRequest } from 'node:http';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';

let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

type Params = OpenAI.CompletionCreateParamsNonStreaming;
type More = Partial<Params>;
const MODEL = 'gpt-3.5-turbo-instruct';
const goOn = (prompt: Params['prompt'], more: More = {}) =>
  client.completions.create({ model: MODEL, prompt, ...more });
const streamed = async (prompt: Params['prompt'], more: Omit<More, 'stream'> = {}) =>
  Array.fromAsync(await client.completions.create({ model: MODEL, prompt, ...more, stream: true }));
const texts = ({ choices }: OpenAI.Completion) => choices.map((choice) => choice.text);
const script = (directives: object, text = '') => `@script ${JSON.stringify(directives)}\n${text}`;
/** The token ids of a text in the scripted engine. */
const ids = (text: string) => Array.from(text, (character) => character.codePointAt(0) ?? 0);

describe('completions.create', () => {
  it('continues a text, and returns the name of the model that ran', async () => {
    const completion = await goOn('one two three');
    expect(completion).toMatchObject({
      object: 'text_completion',
      model: 'scripted',
      choices: [{ index: 0, text: 'one two three', finish_reason: 'stop', logprobs: null }],
      usage: { prompt_tokens: 4, completion_tokens: 4, total_tokens: 8 },
    });
    expect(completion.id).toMatch(/^cmpl-/);
    expect(Math.abs(completion.created - Date.now() / 1000)).toBeLessThan(5);
  });

  it('generates 16 tokens by default', async () => {
    const long = script({ tokens: 40 }, 'ab cd');
    expect((await goOn(long)).usage?.completion_tokens).toBe(16);
    expect((await goOn(long)).choices[0]?.finish_reason).toBe('length');
    expect((await goOn(long, { max_tokens: 7 })).usage?.completion_tokens).toBe(7);
  });

  it('accepts texts and lists of token ids, one or several, and numbers the choices over all prompts', async () => {
    expect(texts(await goOn(['a', 'b'], { n: 2 }))).toEqual(['a', 'a', 'b', 'b']);
    expect((await goOn(['a', 'b'], { n: 2 })).choices.map((choice) => choice.index)).toEqual([0, 1, 2, 3]);
    const own = { model: 'scripted' };
    expect(texts(await goOn(ids('one two'), own))).toEqual(['one two']);
    expect(texts(await goOn([ids('one'), ids('two')], own))).toEqual(['one', 'two']);
    const many = Array.from({ length: 50 }, (_, i) => `number ${i}`);
    expect(texts(await goOn(many))).toEqual(many);
  });

  it('decodes token ids of the hosted model of that name', async () => {
    expect(texts(await goOn([9906, 1917], { echo: true }))).toEqual(['Hello worldHello world']);
    expect(texts(await goOn([[9906], [1917]]))).toEqual(['Hello', ' world']);
  });

  it('generates a new text without a prompt', async () => {
    for (const prompt of [null, '', undefined]) {
      const response = await server.post('/v1/completions', { model: MODEL, prompt });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ choices: [{ text: '' }] });
    }
  });

  it('counts the tokens of every prompt once, and those of every choice', async () => {
    const { usage } = await goOn(['one two', 'three'], { n: 3 });
    expect(usage).toMatchObject({ prompt_tokens: 4, completion_tokens: 12, total_tokens: 16 });
  });

  it('processes as many prompts in parallel as the engine supports', async () => {
    const started = performance.now();
    await goOn(Array.from({ length: 8 }, () => script({ startDelayMs: 100 }, 'x')));
    expect(performance.now() - started).toBeLessThan(600);
  });

  it('echoes the prompt before the answer', async () => {
    expect(texts(await goOn('one', { echo: true, n: 2 }))).toEqual(['oneone', 'oneone']);
    expect(texts(await goOn(ids('zwölf 😀'), { model: 'scripted', echo: true }))).toEqual(['zwölf 😀zwölf 😀']);
    expect((await streamed('one', { echo: true })).map((chunk) => chunk.choices[0]?.text)).toEqual(['one', 'one', '']);
  });

  it('ends before a stop string, but does not search the echo for it', async () => {
    const completion = await goOn('one two three', { stop: ' two', echo: true });
    expect(completion.choices[0]).toMatchObject({ text: 'one two threeone', finish_reason: 'stop' });
  });

  it('passes the suffix to the model', async () => {
    expect(texts(await goOn('one', { suffix: ' end' }))).toEqual(['one end']);
    expect(texts(await goOn('one', { suffix: '' }))).toEqual(['one']);
  });

  it('streams the text of the plain answer, usage on request, and a finish reason for each choice', async () => {
    const prompts = ['one two three', 'four five'];
    const chunks = await streamed(prompts, { n: 2, stream_options: { include_usage: true }, seed: 5 });
    const plain = await goOn(prompts, { n: 2, seed: 5 });
    for (const index of [0, 1, 2, 3]) {
      const own = chunks.flatMap((chunk) => chunk.choices.filter((choice) => choice.index === index));
      expect(own.map((choice) => choice.text).join('')).toBe(plain.choices[index]?.text);
      expect(own.map((choice) => choice.finish_reason)).toEqual([...own.slice(1).map(() => null), 'stop']);
    }
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: plain.usage });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(new Set(chunks.map((chunk) => `${chunk.id} ${chunk.created} ${chunk.model} ${chunk.object}`)).size).toBe(1);
  });

  it('streams no usage unless the request asks for it, and ends with [DONE]', async () => {
    expect((await streamed('one')).some((chunk) => 'usage' in chunk)).toBe(false);
    const raw = await (await server.post('/v1/completions', { model: MODEL, prompt: 'x', stream: true })).text();
    expect(raw.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('pads streamed chunks to even sizes if the request asks for it', async () => {
    const more = { stream_options: { include_obfuscation: true } };
    const chunks: (OpenAI.Completion & { obfuscation?: string })[] = await streamed('a bc def ghij', more);
    const sizes = chunks.map(({ choices, obfuscation = '' }) => JSON.stringify(choices).length + obfuscation.length);
    expect(new Set(sizes)).toEqual(new Set([128]));
    expect((await streamed('a')).some((chunk) => 'obfuscation' in chunk)).toBe(false);
  });

  it('returns the choices with the highest mean log probability, and counts the tokens of all', async () => {
    const one = await goOn('one two three', { best_of: 5, n: 2, logprobs: 0 });
    expect(one.choices.map((choice) => choice.index)).toEqual([0, 1]);
    expect(one.usage).toMatchObject({ prompt_tokens: 4, completion_tokens: 20 });
    expect(one.choices[0]?.logprobs?.tokens).toHaveLength(4);
    expect((await goOn('one', { best_of: 3 })).choices).toMatchObject([{ text: 'one', logprobs: null }]);
    expect(await streamed('one', { best_of: 2, n: 2 })).not.toHaveLength(0);
  });

  const REFUSED: [string, object, string, string][] = [
    ['fewer candidates than choices', { n: 3, best_of: 2 }, 'best_of', 'invalid_value'],
    ['a stream of the best', { best_of: 2, stream: true }, 'best_of', 'invalid_value'],
    ['more than 20 candidates', { best_of: 21 }, 'best_of', 'integer_above_max_value'],
    ['more than 5 alternatives', { logprobs: 6 }, 'logprobs', 'integer_above_max_value'],
    ['stream options without a stream', { stream_options: { include_usage: true } }, 'stream_options', 'invalid_value'],
    ['token ids of a vocabulary that is not here', { model: 'gpt-4o', prompt: [1, 2] }, 'prompt', 'unsupported_value'],
    ['what is no token', { prompt: [[9906], [999_999]] }, 'prompt[1]', 'invalid_value'],
    ['an empty list of tokens', { prompt: [] }, 'prompt', 'empty_array'],
    ['an empty list of tokens among others', { prompt: [[1], []] }, 'prompt[1]', 'empty_array'],
    ['another type of prompt', { prompt: { a: 1 } }, 'prompt', 'invalid_type'],
    ['a bias for what is no token id', { logit_bias: { x: 1 } }, 'logit_bias', 'unsupported_parameter'],
    ['an unknown field', { prompts: ['x'] }, 'prompts', 'unknown_parameter'],
    ['a prompt that is too long', { prompt: 'd '.repeat(9000) }, 'prompt', 'context_length_exceeded'],
    [
      'a prompt of several that is too long',
      { prompt: ['a', 'd '.repeat(9000)] },
      'prompt[1]',
      'context_length_exceeded',
    ],
    ['a suffix where the prompt is scored', { suffix: 'x', echo: true, logprobs: 1 }, 'suffix', 'invalid_value'],
    ['fewer than no tokens', { max_tokens: -1 }, 'max_tokens', 'integer_below_min_value'],
  ];
  it.each(REFUSED)('refuses %s by name', async (_what, more, param, code) => {
    const response = await server.post('/v1/completions', { model: MODEL, prompt: 'x', ...more });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param, code, type: 'invalid_request_error' } });
  });

  it('fails a stream of several prompts with a status before any prompt has been accepted', async () => {
    const prompt = [script({ delayMs: 20, tokens: 9 }), script({ startDelayMs: 200, promptTokens: 8192 })];
    const response = await server.post('/v1/completions', { model: MODEL, prompt, stream: true });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: 'prompt[1]', code: 'context_length_exceeded' } });
  });

  it('stops generating when the client disconnects', async () => {
    const prompt = Array.from({ length: 40 }, () => script({ tokens: 1000, delayMs: 5 }, 'x'));
    const headers = { 'content-type': 'application/json' };
    const leaving = httpRequest(`${server.url}/v1/completions`, { method: 'POST', headers, agent: false });
    leaving.on('error', () => undefined).end(JSON.stringify({ model: MODEL, prompt, max_tokens: 1000 }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const left = performance.now();
    leaving.destroy();
    expect(texts(await goOn('next'))).toEqual(['next']);
    expect(performance.now() - left).toBeLessThan(250);
  });
});
