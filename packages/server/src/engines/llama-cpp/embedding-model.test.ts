import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { convertBert } from '../../models/convert/bert.ts';
import { TINY_BERT, TINY_BERT_VOCABULARY, writeTinyBert } from '../../models/testing/tiny-bert.ts';
import type { ChildEmbeddingModel } from '../child-process/embedding-model.ts';
import { silentLog } from '../child-process/testing/silent-log.ts';
import { runEmbeddingModelConformance } from '../embedding-model.conformance.ts';
import { embed } from '../testing/ask-embedding-model.ts';
import { createLlamaCppEmbeddingModel } from './embedding-model.ts';
import { writeTinyModel } from './testing/tiny-model.ts';

const directory = mkdtempSync(join(tmpdir(), 'selfsame-embedding-'));
const path = join(directory, 'tiny.gguf');
await convertBert(writeTinyBert(directory), TINY_BERT, path);
const models: ChildEmbeddingModel[] = [];
afterAll(async () => {
  await Promise.all(models.map((model) => model.close()));
  rmSync(directory, { recursive: true, force: true });
});

async function open(file = path): Promise<ChildEmbeddingModel> {
  const model = createLlamaCppEmbeddingModel({ modelId: 'tiny', path: file, threads: 1, log: silentLog });
  models.push(model);
  await model.ready();
  return model;
}

const idOf = (piece: string) => TINY_BERT_VOCABULARY.indexOf(piece);

runEmbeddingModelConformance('llama.cpp', async () => ({
  model: await open(),
  slow: Array.from({ length: 6000 }, (_, i) => `${i % 10} the cat sleeps on the sofa all day `.repeat(8)),
  tokenized: { text: 'The cat, sleeps', tokens: ['the', 'cat', ',', 'sleeps'].map(idOf) },
  unknownToken: TINY_BERT_VOCABULARY.length,
}));

describe('createLlamaCppEmbeddingModel', () => {
  it('reads the dimensions and the input limit from the model file', async () => {
    expect((await open()).capabilities).toEqual({ dimensions: 64, inputTokens: 128 });
  });

  it('tokenizes text like the reference tokenizer, including [CLS] and [SEP]', async () => {
    const model = await open();
    const pairs: [string, string[]][] = [
      ['Cat!', ['[CLS]', 'cat', '!', '[SEP]']],
      ['한', ['[CLS]', '\u1112', '##\u1161', '##\u11ab', '[SEP]']],
      ['x'.repeat(101), ['[CLS]', '[UNK]', '[SEP]']],
      ['[MASK] cat', ['[CLS]', '[MASK]', 'cat', '[SEP]']],
    ];
    for (const [text, pieces] of pairs) {
      const [asText, asTokens] = [await embed(model, text), await embed(model, pieces.map(idOf))];
      expect(asText.inputTokens).toBe(pieces.length);
      expect(asTokens).toEqual(asText);
    }
  });

  it('fails the running request when its process dies, and serves the next one', async () => {
    const model = await open();
    const running = embed(model, ...Array.from({ length: 5000 }, () => 'cat '.repeat(100)));
    running.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.kill(model.pid ?? 0, 'SIGKILL');
    await expect(running).rejects.toMatchObject({ code: 'engine_failed' });
    expect((await embed(model, 'cat')).vectors).toHaveLength(1);
  });

  it('reports why a file cannot be used', async () => {
    await expect(open(join(directory, 'vocab.txt'))).rejects.toMatchObject({
      status: 503,
      message: expect.stringContaining('is not a GGUF file'),
    });
  });

  it('drops the inputs of aborted requests, so that later requests do not wait for them', async () => {
    const model = await open();
    const inputs = Array.from({ length: 300 }, () => 'cat '.repeat(100));
    const timed = async () => {
      const started = performance.now();
      await embed(model, ...inputs);
      return performance.now() - started;
    };
    await timed();
    const alone = await timed();
    const controller = new AbortController();
    const { signal } = controller;
    const request = { inputs: Array.from({ length: 20 }, () => inputs).flat(), nameInput: String };
    const aborted = Array.from({ length: 12 }, () => model.doEmbed(request, { signal, priority: 'online' }));
    const settled = Promise.allSettled(aborted);
    await new Promise((resolve) => setTimeout(resolve, 300));
    controller.abort(new Error('aborted'));
    await settled;
    // The aborted inputs would take 240 times as long as this request. The margin allows for load on the machine.
    expect(await timed()).toBeLessThan(60 * alone);
  });

  it('embeds with a model for text generation', async () => {
    const generator = join(directory, 'generator.gguf');
    await writeTinyModel(generator);
    const { vectors } = await embed(await open(generator), 'the cat', 'the cat', 'a dog');
    expect(vectors[0]).toEqual(vectors[1]);
    expect(vectors[0]).toHaveLength(288);
  });
});
