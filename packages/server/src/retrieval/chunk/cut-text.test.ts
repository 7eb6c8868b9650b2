import { afterAll, expect, it } from 'vitest';
import type { EmbeddingModel } from '../../engines/embedding-model.ts';
import { createScriptedEmbeddingModel } from '../../engines/scripted/embedding-model.ts';
import { errors } from '../../errors/catalogue.ts';
import { createTextCutter } from './cut-text.ts';

const { signal } = new AbortController();
const cutter = createTextCutter();
afterAll(() => cutter.close());
const prose = { sections: [{ text: 'The cat sat on the mat while it was raining cats and dogs. '.repeat(400) }] };
const budget = { maxTokens: 800, overlapTokens: 400, maxChunks: 1000, signal };
const tokensOf = async (model: EmbeddingModel, texts: readonly string[]) =>
  await model.countTokens(texts, { signal, priority: 'batch' });

async function cut(model: EmbeddingModel, text = prose) {
  const chunks = (await cutter.cut(text, model, budget)) ?? [];
  return {
    chunks,
    tokens: await tokensOf(
      model,
      chunks.map(({ text: chunk }) => chunk),
    ),
  };
}

it('cuts a text by the tokens of the API and within the limit of the model in its own tokens', async () => {
  const narrow = await cut(createScriptedEmbeddingModel({ inputTokens: 100 }));
  expect(Math.max(...narrow.tokens)).toBeLessThanOrEqual(100);
  expect(Math.min(...narrow.tokens.slice(0, -1))).toBeGreaterThan(70);
  // 14 words of the model are 15 tokens of the API.
  const wide = await cut(createScriptedEmbeddingModel({ inputTokens: 4096 }));
  expect(Math.max(...wide.tokens)).toBeLessThanOrEqual(800);
  expect(wide.tokens[0]).toBeGreaterThan(600);
});

it('scales the overlap of chunks to the token limit of the model', async () => {
  const model = createScriptedEmbeddingModel({ inputTokens: 100 });
  const { chunks } = await cut(model);
  const shared = chunks.slice(1).map(({ start }, i) => prose.sections[0]?.text.slice(start, chunks[i]?.end) ?? '');
  const tokens = await tokensOf(model, shared);
  expect(Math.max(...tokens)).toBeLessThanOrEqual(51);
  expect(Math.min(...tokens)).toBeGreaterThan(20);
});

it('does not count the tokens of a model without a limit, and fails with the error of its tokenizer', async () => {
  const model = createScriptedEmbeddingModel({ inputTokens: 100 });
  const refuse = async () => {
    throw errors.engineFailed('it was closed.');
  };
  const endless = {
    ...model,
    capabilities: { dimensions: 8, inputTokens: Number.POSITIVE_INFINITY },
    countTokens: refuse,
  };
  expect((await cutter.cut(prose, endless, budget))?.length).toBeGreaterThan(5);
  await expect(cutter.cut(prose, { ...model, countTokens: refuse }, budget)).rejects.toMatchObject({
    code: 'engine_failed',
  });
  let calls = 0;
  const dying: EmbeddingModel = {
    ...model,
    countTokens: (texts, options) => (++calls > 3 ? refuse() : model.countTokens(texts, options)),
  };
  await expect(cutter.cut(prose, dying, budget)).rejects.toMatchObject({ code: 'engine_failed' });
});

it('rejects with the reason of an aborted signal, and still cuts the next text', async () => {
  const model = createScriptedEmbeddingModel();
  const controller = new AbortController();
  const left = cutter.cut(prose, model, { ...budget, signal: controller.signal });
  controller.abort(new Error('left'));
  await expect(left).rejects.toThrow('left');
  expect(await cutter.cut({ sections: [{ text: 'One.' }] }, model, budget)).toMatchObject([{ text: 'One.' }]);
});

it('fails the texts in progress when it closes', async () => {
  const closing = createTextCutter();
  const cutting = closing.cut(prose, createScriptedEmbeddingModel(), budget);
  const failed = expect(cutting).rejects.toMatchObject({ code: 'engine_failed' });
  // The text is with the thread once the model has counted its special tokens.
  await new Promise((resolve) => setImmediate(resolve));
  await closing.close();
  await failed;
});
