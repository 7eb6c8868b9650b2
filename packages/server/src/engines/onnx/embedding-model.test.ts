import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { convertBert } from '../../models/convert/bert.ts';
import { TINY_BERT, TINY_BERT_VOCABULARY, writeTinyBert } from '../../models/testing/tiny-bert.ts';
import type { ChildEmbeddingModel } from '../child-process/embedding-model.ts';
import { silentLog } from '../child-process/testing/silent-log.ts';
import { runEmbeddingModelConformance } from '../embedding-model.conformance.ts';
import { createLlamaCppEmbeddingModel } from '../llama-cpp/embedding-model.ts';
import { embed } from '../testing/ask-embedding-model.ts';
import { createOnnxEmbeddingModel } from './embedding-model.ts';
import { writeBertFolder } from './testing/bert-folder.ts';

const directory = mkdtempSync(join(tmpdir(), 'selfsame-onnx-'));
const sources = writeTinyBert(directory);
const folder = join(directory, 'tiny');
await writeBertFolder(folder, sources, TINY_BERT);
const models: ChildEmbeddingModel[] = [];
afterAll(async () => {
  await Promise.all(models.map((model) => model.close()));
  rmSync(directory, { recursive: true, force: true });
});

async function open(path = folder): Promise<ChildEmbeddingModel> {
  const model = createOnnxEmbeddingModel({ modelId: 'tiny', path, threads: 1, log: silentLog });
  models.push(model);
  await model.ready();
  return model;
}

/** Copies the folder and changes or adds one file. */
function copyWith(file: string, content: string | Uint8Array): string {
  const copy = mkdtempSync(join(directory, 'copy-'));
  cpSync(folder, copy, { recursive: true });
  writeFileSync(join(copy, file), content);
  return copy;
}

const idOf = (piece: string) => TINY_BERT_VOCABULARY.indexOf(piece);
const cosine = (a: Float32Array | undefined, b: Float32Array | undefined) =>
  a?.reduce((sum, value, i) => sum + value * (b?.[i] ?? Number.NaN), 0);

runEmbeddingModelConformance('transformers.js', async () => ({
  model: await open(),
  slow: Array.from({ length: 6000 }, (_, i) => `${i % 10} the cat sleeps on the sofa all day `.repeat(8)),
  tokenized: { text: 'The cat, sleeps', tokens: ['the', 'cat', ',', 'sleeps'].map(idOf) },
  unknownToken: TINY_BERT_VOCABULARY.length,
}));

describe('createOnnxEmbeddingModel', () => {
  it('returns the same vectors as llama.cpp for the same weights', async () => {
    const gguf = join(directory, 'tiny.gguf');
    await convertBert(sources, TINY_BERT, gguf);
    const other = createLlamaCppEmbeddingModel({ modelId: 'tiny', path: gguf, threads: 1, log: silentLog });
    models.push(other);
    const texts = ['the black cat', 'Quarterly revenue rose!', '東 [MASK] 한', 'x'.repeat(101), ' ', 'ΣΣ', 'σς'];
    const [ours, theirs] = [await embed(await open(), ...texts), await embed(other, ...texts)];
    expect(ours.inputTokens).toBe(theirs.inputTokens);
    for (const [i, vector] of ours.vectors.entries()) expect(cosine(vector, theirs.vectors[i])).toBeGreaterThan(0.999);
  });

  it('reads the dimensions and the input limit from the folder', async () => {
    expect((await open()).capabilities).toEqual({ dimensions: 64, inputTokens: 128 });
  });

  it('needs no more memory after 2,000 further requests', async () => {
    const model = await open();
    const inputs = ['cat '.repeat(100), 'one'];
    const residentBytes = () =>
      1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${model.pid}/status`, 'utf8'))?.[1]);
    for (let i = 0; i < 400; i++) await embed(model, ...inputs);
    const before = residentBytes();
    for (let i = 0; i < 2000; i++) await embed(model, ...inputs);
    expect(residentBytes() - before).toBeLessThan(20e6);
  }, 60_000);

  it('pools as the configuration in the folder requires', async () => {
    const first = JSON.stringify({ pooling_mode_cls_token: true, pooling_mode_mean_tokens: false });
    const [mean, cls] = [await open(), await open(copyWith('1_Pooling/config.json', first))];
    const texts = ['the black cat', 'the black cat'];
    const [a, b] = [(await embed(mean, ...texts)).vectors[0], (await embed(cls, ...texts)).vectors[0]];
    expect(b).toHaveLength(64);
    expect(cosine(a, b)).toBeLessThan(0.99);
  });

  const dense = JSON.stringify([{ type: 'sentence_transformers.models.Dense', path: '2_Dense' }]);
  const twice = JSON.stringify({ pooling_mode_cls_token: true, pooling_mode_mean_tokens: true });
  it.each([
    ['a network that is none', 'onnx/model.onnx', 'no network', 'cannot be loaded'],
    ['a broken tokenizer', 'tokenizer.json', '{"model":', 'cannot be loaded'],
    ['a layer behind the network', 'modules.json', dense, 'sentence_transformers.models.Dense'],
    ['two poolings', '1_Pooling/config.json', twice, 'pooling_mode_cls_token and pooling_mode_mean_tokens'],
  ])('reports why a folder with %s cannot be used', async (_what, file, content, message) => {
    const refusal = open(copyWith(file, content));
    await expect(refusal).rejects.toMatchObject({ status: 503, message: expect.stringContaining(message) });
    await expect(refusal).rejects.not.toThrow(tmpdir());
  });
});
