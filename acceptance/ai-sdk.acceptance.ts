/** The Vercel AI SDK, through its two OpenAI-shaped providers. */
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, embedMany, generateText, type LanguageModel, streamText } from 'ai';
import { describe, expect, it } from 'vitest';
import { failureOf } from './openai-clients.ts';
import { ask, scripted, target } from './target.ts';

const { baseURL, apiKey } = target;
const compatible = createOpenAICompatible({ name: 'selfsame', baseURL, apiKey, includeUsage: true });
const official = createOpenAI({ baseURL, apiKey });

interface Provider {
  name: string;
  model: (id: string) => LanguageModel;
}

const PROVIDERS: readonly Provider[] = [
  { name: '@ai-sdk/openai-compatible', model: (id) => compatible(id) },
  { name: '@ai-sdk/openai .chat()', model: (id) => official.chat(id) },
];

const prompt = 'The quick brown fox jumps.';

describe.each(PROVIDERS)('$name', ({ model: toModel }) => {
  const model = toModel(target.model);

  it('generates text, with usage and finish reason', async () => {
    const { text, usage, finishReason, response } = await generateText({ model, prompt, maxOutputTokens: 32 });
    expect(text).not.toBe('');
    if (scripted) expect(text).toBe(prompt);
    expect(['stop', 'length']).toContain(finishReason);
    expect(usage.inputTokens).toBeGreaterThan(0);
    expect(usage.outputTokens).toBeGreaterThan(0);
    expect(response.headers?.['x-request-id']).toMatch(/^req_/);
  });

  it('streams text that adds up', async () => {
    const result = streamText({ model, prompt, maxOutputTokens: 32 });
    const deltas: string[] = [];
    for await (const delta of result.textStream) deltas.push(delta);
    expect(deltas.length).toBeGreaterThan(1);
    expect(deltas.join('')).toBe(await result.text);
    if (scripted) expect(deltas.join('')).toBe(prompt);
    expect(['stop', 'length']).toContain(await result.finishReason);
    expect((await result.usage).outputTokens).toBeGreaterThan(0);
  });

  it('accepts a conversation and every supported setting', async () => {
    const { text } = await generateText({
      model,
      instructions: 'You are terse.',
      messages: [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hi.' },
        { role: 'user', content: 'One two three' },
      ],
      temperature: 0.5,
      topP: 0.9,
      seed: 3,
      stopSequences: [' three'],
      maxOutputTokens: 16,
    });
    expect(text).not.toBe('');
    if (scripted) expect(text).toBe('One two');
  });

  it('throws a typed error for an unknown model immediately', async () => {
    const error = await failureOf(Promise.resolve(generateText({ model: toModel('gpt-17'), prompt })));
    expect(APICallError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ statusCode: 404, isRetryable: false });
    expect(String(error)).toContain("'gpt-17' does not exist");
  });

  it('cancels the server side when its stream is aborted', async () => {
    const abort = new AbortController();
    const messages = ask('Write a very long story about the sea.', { tokens: 5000, delayMs: 10 });
    const result = streamText({ model, messages, abortSignal: abort.signal });
    let seen = 0;
    for await (const _ of result.textStream) {
      seen += 1;
      if (seen === 3) abort.abort();
    }
    expect(seen).toBeLessThan(20);
    const started = performance.now();
    await generateText({ model, prompt, maxOutputTokens: 1 });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it.runIf(scripted)('reports an engine that dies within an answer', async () => {
    const errors: unknown[] = [];
    const messages = ask(prompt, { crashAfter: 2 });
    const result = streamText({ model, messages, onError: ({ error }) => void errors.push(error) });
    let text = '';
    for await (const delta of result.textStream) text += delta;
    expect(prompt.startsWith(text)).toBe(true);
    expect(JSON.stringify(errors)).toContain('engine_failed');
  });
});

describe.runIf(scripted)('embeddings through the AI SDK', () => {
  it.each([
    ['@ai-sdk/openai-compatible', compatible.embeddingModel('text-embedding-3-small')],
    ['@ai-sdk/openai', official.embedding('text-embedding-3-small')],
  ])('%s embeds many texts', async (_name, model) => {
    const { embeddings, usage } = await embedMany({ model, values: ['The sea.', 'A fox.'] });
    expect(embeddings).toHaveLength(2);
    expect(embeddings[0]?.length).toBe(embeddings[1]?.length);
    expect(usage.tokens).toBeGreaterThan(0);
  });
});

describe('@ai-sdk/openai without .chat()', () => {
  it('generates and streams text by the Responses API', async () => {
    const { text, usage } = await generateText({ model: official(target.model), prompt });
    expect(text).not.toBe('');
    expect(usage.outputTokens).toBeGreaterThan(0);
    let streamed = '';
    for await (const piece of streamText({ model: official(target.model), prompt }).textStream) streamed += piece;
    expect(streamed).not.toBe('');
    if (scripted) expect(streamed).toBe(text);
  });
});
