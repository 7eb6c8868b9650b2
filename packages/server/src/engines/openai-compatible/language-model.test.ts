import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';
import { runLanguageModelConformance } from '../language-model.conformance.ts';
import type { GenerateEvent, GenerateRequest } from '../language-model.ts';
import { createUpstreamLanguageModel } from './language-model.ts';
import { upstreamOf } from './testing/upstream-of.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ checkResponses: 'false' });
});
afterAll(async () => {
  await server.close();
});

const slow = '@script {"tokens":500,"delayMs":2}\nslow answer';

runLanguageModelConformance(
  'a Selfsame server as an upstream',
  async () => ({
    // The features that the upstream's engine does not support.
    model: createUpstreamLanguageModel(
      upstreamOf([`${server.url}/v1`], { features: ['logprobs', 'suffix', '-penalties', '-format'] }),
      {
        modelId: 'far',
        upstreamId: 'scripted',
        contextTokens: 8192,
        parallelRequests: 4,
      },
    ),
    long: [{ role: 'user', content: slow }],
    unicode: [{ role: 'user', content: 'emoji a😀😀😀 👩‍👩‍👧 é日本 '.repeat(9) }],
  }),
  {
    skip: [
      {
        test: 'refuses an image by its position in the messages',
        reason: 'images are sent to the upstream, see request-body.test.ts',
      },
      { test: 'returns different answers for different seeds, and without a seed', reason: 'an echo draws nothing' },
      { test: 'accepts no messages, an empty message and every role', reason: 'the API takes at least one message' },
      {
        test: 'runs a later online request before a waiting batch request',
        reason: 'the API has no word for what may wait',
      },
    ],
  },
);

describe('a model of a Selfsame upstream', () => {
  const sampling = { temperature: 1, topP: 1 };
  const ask = async (request: GenerateRequest) => {
    const upstream = upstreamOf([`${server.url}/v1`]);
    const model = createUpstreamLanguageModel(upstream, { modelId: 'far', upstreamId: 'scripted' });
    const events: GenerateEvent[] = [];
    const { signal } = new AbortController();
    for await (const event of model.doGenerate(request, { signal, priority: 'online' })) events.push(event);
    return events;
  };

  it('reports the usage of the upstream', async () => {
    const content = '@script {"promptTokens":77,"cachedTokens":5}\none two';
    const events = await ask({ messages: [{ role: 'user', content }], sampling });
    expect(events[0]).toMatchObject({ type: 'start', estimated: true });
    expect(events.at(-1)).toEqual({
      type: 'finish',
      reason: 'stop',
      usage: { promptTokens: 77, cachedTokens: 5, completionTokens: 2 },
    });
  });

  it('continues a raw text and returns the log probability of each token', async () => {
    const events = await ask({ prompt: '@script {"text":"so it goes"}\nOnce', sampling, maxTokens: 2, topLogprobs: 1 });
    const tokens = events.filter((event) => event.type === 'token');
    expect(tokens.map(({ text }) => text).join('')).toBe('so it');
    for (const { text, logprob } of tokens)
      expect(logprob).toMatchObject({ token: text, bytes: [...Buffer.from(text)] });
    expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'length', usage: { completionTokens: 2 } });
  });
});
