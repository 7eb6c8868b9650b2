/** LangChain's ChatOpenAI. */
import { AIMessageChunk, HumanMessage, SystemMessage, type UsageMetadata } from '@langchain/core/messages';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { describe, expect, it } from 'vitest';
import { failureOf } from './openai-clients.ts';
import { ask, scripted, target } from './target.ts';

const prompt = 'The quick brown fox jumps.';

function chat(more: object = {}): ChatOpenAI {
  const { baseURL, apiKey, model } = target;
  return new ChatOpenAI({ model, apiKey, configuration: { baseURL }, maxRetries: 0, maxTokens: 32, ...more });
}

/** The message types differ in generics that hide this field. */
function usageOf(message: unknown): UsageMetadata | undefined {
  return (message as { usage_metadata?: UsageMetadata } | undefined)?.usage_metadata;
}

describe('@langchain/openai', () => {
  it('returns an answer with usage and finish reason', async () => {
    const message = await chat().invoke([new SystemMessage('You are terse.'), new HumanMessage(prompt)]);
    expect(message.text).not.toBe('');
    if (scripted) expect(message.text).toBe(prompt);
    expect(usageOf(message)?.output_tokens).toBeGreaterThan(0);
    expect(message.response_metadata['finish_reason']).toMatch(/stop|length/);
  });

  it('streams chunks that add up', async () => {
    let whole: AIMessageChunk | undefined;
    let pieces = 0;
    for await (const chunk of await chat().stream(prompt)) {
      pieces += 1;
      whole = whole === undefined ? chunk : whole.concat(chunk);
    }
    expect(pieces).toBeGreaterThan(2);
    expect(whole).toBeInstanceOf(AIMessageChunk);
    if (scripted) expect(whole?.text).toBe(prompt);
    expect(usageOf(whole)?.output_tokens).toBeGreaterThan(0);
  });

  it('accepts every supported setting', async () => {
    const model = chat({ temperature: 0.5, topP: 0.9, n: 1, stop: [' fox'], user: 'user-1', modelKwargs: { seed: 3 } });
    const message = await model.invoke(prompt);
    expect(message.text).not.toBe('');
    if (scripted) expect(message.text).toBe('The quick brown');
  });

  it('LangChain answers a batch of prompts', async () => {
    const messages = await chat().batch(['One', 'Two', 'Three', 'Four', 'Five', 'Six']);
    expect(messages).toHaveLength(6);
    if (scripted)
      expect(messages.map((message) => message.text)).toEqual(['One', 'Two', 'Three', 'Four', 'Five', 'Six']);
  });

  it.runIf(scripted)('embeds documents and a query', async () => {
    const { baseURL, apiKey } = target;
    const embeddings = new OpenAIEmbeddings({ model: 'text-embedding-3-small', apiKey, configuration: { baseURL } });
    const [sea, fox] = await embeddings.embedDocuments(['The sea.', 'A fox.']);
    expect(sea?.length).toBeGreaterThan(0);
    expect(fox).not.toEqual(sea);
    expect(await embeddings.embedQuery('The sea.')).toEqual(sea);
  });

  it('throws an error that names an unsupported parameter', async () => {
    const error = await failureOf(chat({ modelKwargs: { web_search_options: {} } }).invoke(prompt));
    expect(error).toMatchObject({ status: 400, code: 'unsupported_parameter', param: 'web_search_options' });
  });

  it("throws the server's message about an unknown model", async () => {
    const error = await failureOf(chat({ model: 'gpt-17' }).invoke(prompt));
    expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
  });

  it('cancels the server side when its stream is aborted', async () => {
    const abort = new AbortController();
    const [{ content }] = ask('Write a very long story about the sea.', { tokens: 5000, delayMs: 10 });
    let seen = 0;
    await failureOf(
      (async () => {
        for await (const _ of await chat({ maxTokens: 6000 }).stream(content, { signal: abort.signal })) {
          seen += 1;
          if (seen === 3) abort.abort();
        }
      })(),
    );
    expect(seen).toBeLessThan(20);
    const started = performance.now();
    await chat({ maxTokens: 1 }).invoke('Hello');
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
