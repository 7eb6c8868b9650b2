import { afterAll, beforeAll } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';
import { runEmbeddingModelConformance } from '../embedding-model.conformance.ts';
import { toScriptedTokens } from '../scripted/embedding-model.ts';
import { openUpstreamEmbeddingModel } from './embedding-model.ts';
import { upstreamOf } from './testing/upstream-of.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ checkResponses: 'false' });
});
afterAll(async () => {
  await server.close();
});

const text = 'The cat, a café and 😀';

runEmbeddingModelConformance(
  'a Selfsame server as an upstream',
  async () => ({
    model: await openUpstreamEmbeddingModel(upstreamOf([`${server.url}/v1`]), {
      modelId: 'far',
      upstreamId: 'scripted-embedding',
      inputTokens: 512,
    }),
    slow: Array.from({ length: 300 }, (_, i) => `@script {"startDelayMs":5}\ntext ${i}`),
    tokenized: { text, tokens: toScriptedTokens(text) },
    unknownToken: 65_536,
  }),
  {
    skip: [
      { test: 'serves online requests before batch requests', reason: 'the API has no word for what may wait' },
      {
        test: 'counts the tokens of a text of any length as when it embeds the text',
        reason: 'the API counts nothing by itself: the vocabulary of the hosted models stands for that of the upstream',
      },
    ],
  },
);
