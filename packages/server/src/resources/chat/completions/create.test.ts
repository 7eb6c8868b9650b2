import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../start/testing/test-server.ts';

let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

type Params = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'model' | 'messages'>;
const ask = (text: string, more: Params = {}) =>
  client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: text }], ...more });

describe('chat.completions.create', () => {
  it('returns the name of the model that ran for an alias', async () => {
    const completion = await ask('hello world');
    expect(completion).toMatchObject({
      object: 'chat.completion',
      model: 'scripted',
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          logprobs: null,
          message: { role: 'assistant', content: 'hello world', refusal: null },
        },
      ],
      usage: { prompt_tokens: 4, completion_tokens: 4, total_tokens: 8 },
    });
    expect(completion.id).toMatch(/^chatcmpl-/);
    expect(Math.abs(completion.created - Date.now() / 1000)).toBeLessThan(5);
  });

  it('streams the same text as the plain answer, the role first and the finish reason last', async () => {
    const stream = await client.chat.completions.create({
      model: 'scripted',
      messages: [{ role: 'user', content: 'one two three' }],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('one two three');
    expect(chunks.at(-2)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 4, completion_tokens: 4, total_tokens: 8 },
    });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
    expect(new Set(chunks.map((chunk) => `${chunk.id} ${chunk.created} ${chunk.model}`)).size).toBe(1);
  });

  it('streams no usage unless the request asks for it', async () => {
    const stream = await client.chat.completions.create({
      model: 'scripted',
      messages: [{ role: 'user', content: 'x' }],
      stream: true,
    });
    for await (const chunk of stream) expect('usage' in chunk).toBe(false);
  });

  it('applies max_tokens, stop and n', async () => {
    expect((await ask('one two three', { max_completion_tokens: 2 })).choices[0]).toMatchObject({
      finish_reason: 'length',
      message: { content: 'one two' },
    });
    expect((await ask('one two three', { stop: 'thr' })).choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: 'one two ' },
    });
    const three = await ask('same', { n: 3 });
    expect(three.choices.map((choice) => [choice.index, choice.message.content])).toEqual([
      [0, 'same'],
      [1, 'same'],
      [2, 'same'],
    ]);
    expect(three.usage).toMatchObject({ prompt_tokens: 1, completion_tokens: 3 });
  });

  it('refuses a prompt that exceeds the context, and names both numbers', async () => {
    await expect(ask('@script {"promptTokens":9000}\n')).rejects.toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
      param: 'messages',
      message: expect.stringMatching(/8192.*9000/),
    });
  });

  it('accepts messages of every role, text in parts, and an earlier call with its result', async () => {
    const completion = await client.chat.completions.create({
      model: 'scripted',
      messages: [
        { role: 'developer', content: 'be brief' },
        { role: 'user', content: 'look it up' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'found' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'part one, ' },
            { type: 'text', text: 'part two' },
          ],
        },
      ],
    });
    expect(completion.choices[0]?.message.content).toBe('part one, part two');
  });

  const REFUSED: [string, object, string][] = [
    ['a schema', { response_format: { type: 'json_object' } }, 'response_format'],
    ['alternatives without log probabilities', { top_logprobs: 2 }, 'top_logprobs'],
    ['more than 20 alternatives', { logprobs: true, top_logprobs: 21 }, 'top_logprobs'],
    ['moderation', { moderation: { model: 'm' } }, 'moderation'],
    ['a penalty', { frequency_penalty: 1 }, 'frequency_penalty'],
    ['a bias', { logit_bias: { 5: 10 } }, 'logit_bias'],
    ['metadata without storing', { metadata: { a: 'b' } }, 'metadata'],
    ['audio', { modalities: ['text', 'audio'] }, 'modalities'],
    ['web search', { web_search_options: {} }, 'web_search_options'],
    ['both names of the token limit', { max_tokens: 5, max_completion_tokens: 5 }, 'max_tokens'],
    ['stream options without a stream', { stream_options: { include_usage: true } }, 'stream_options'],
  ];
  it.each(REFUSED)('refuses %s by name', async (_what, more, param) => {
    await expect(ask('x', more as Params)).rejects.toMatchObject({ status: 400, param });
  });

  it.each([
    [
      'an image',
      [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }],
      'messages[0].content[0].type',
    ],
    ['an assistant that says nothing', [{ role: 'assistant' }], 'messages[0].content'],
  ])('refuses %s and names its position', async (_what, messages, param) => {
    await expect(
      client.chat.completions.create({ model: 'scripted', messages: messages as OpenAI.ChatCompletionMessageParam[] }),
    ).rejects.toMatchObject({ status: 400, param });
  });

  it('accepts parameters without effect, and records hints', async () => {
    const more = {
      tools: [],
      logprobs: false,
      frequency_penalty: 0,
      response_format: { type: 'text' },
      user: 'u',
      service_tier: 'auto',
      store: false,
      safety_identifier: 's',
      reasoning_effort: 'none',
      verbosity: 'medium',
    };
    const completion = await ask('fine', more as Params);
    expect(completion.choices[0]?.message.content).toBe('fine');
    expect(completion.service_tier).toBe('default');
    expect(await ask('fine')).not.toHaveProperty('service_tier');
  });

  it('pads streamed chunks to even sizes if the request asks for it', async () => {
    const sizesOf = async (include_obfuscation: boolean) => {
      const stream = await client.chat.completions.create({
        model: 'scripted',
        messages: [{ role: 'user', content: 'a bc def ghij' }],
        stream: true,
        stream_options: { include_obfuscation, include_usage: true },
      });
      const chunks: (OpenAI.ChatCompletionChunk & { obfuscation?: string })[] = await Array.fromAsync(stream);
      expect(chunks.at(-1)).not.toHaveProperty('obfuscation');
      return chunks
        .slice(0, -1)
        .map(({ choices, obfuscation }) => JSON.stringify(choices).length + (obfuscation?.length ?? 0));
    };
    expect(new Set(await sizesOf(true))).toEqual(new Set([128]));
    expect(new Set(await sizesOf(false)).size).toBeGreaterThan(2);
  });

  it('names the existing models in the error for an unknown model', async () => {
    await expect(
      client.chat.completions.create({ model: 'gpt-17', messages: [{ role: 'user', content: 'x' }] }),
    ).rejects.toMatchObject({ status: 404, code: 'model_not_found', message: expect.stringContaining('scripted') });
  });
});

describe('models', () => {
  it('lists models by their ids, and describes an alias as its model', async () => {
    const listed = await Array.fromAsync(await client.models.list());
    expect(listed.map((model) => model.id)).toEqual([
      'scripted',
      'scripted-embedding',
      'scripted-speech',
      'scripted-transcription',
    ]);
    expect(await client.models.retrieve('gpt-4o-mini')).toMatchObject({
      id: 'scripted',
      object: 'model',
      owned_by: 'selfsame',
    });
  });

  it('refuses to delete a model that was not fine-tuned', async () => {
    await expect(client.models.delete('scripted')).rejects.toMatchObject({ status: 403 });
  });
});
