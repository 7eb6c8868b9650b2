/**
 * Sources of a BERT sentence encoder of a few kilobytes with random weights, small enough to be converted and run in a
 * test. Its vectors depend mostly on the words, so texts that share words are near each other.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createNormal } from '../../lib/testing/random.ts';
import type { BertShape, BertSources } from '../convert/bert.ts';
import { type WrittenTensor, writeSafetensors } from '../formats/testing/safetensors-writer.ts';

export const TINY_BERT: BertShape = {
  name: 'Tiny',
  layers: 2,
  dimensions: 64,
  feedForward: 96,
  heads: 2,
  contextTokens: 128,
  layerNormEpsilon: 1e-12,
};

const WORDS = 'the a cat sleeps on sofa all day black quarterly revenue rose by eleven percent one two three four five';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'.split('');

export const TINY_BERT_VOCABULARY: readonly string[] = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  ...WORDS.split(' ').filter((word) => word.length > 1),
  ...LETTERS,
  ...LETTERS.map((letter) => `##${letter}`),
  '.',
  ',',
  '!',
  '東',
  '\u1112',
  '##\u1161',
  '##\u11ab',
  'σ',
  'ς',
  '##σ',
  '##ς',
];

/** Writes weights and vocabulary into `directory`. */
export function writeTinyBert(directory: string): BertSources {
  const normal = createNormal(7);
  const { dimensions, feedForward, layers, contextTokens } = TINY_BERT;
  const fill = (shape: readonly number[], value: () => number): WrittenTensor => {
    const length = shape.reduce((product, size) => product * size, 1);
    return { shape, data: Float32Array.from({ length }, value) };
  };
  const noise = (scale: number, ...shape: number[]) => fill(shape, () => scale * normal());
  const norm = (name: string) => ({
    [`${name}.weight`]: fill([dimensions], () => 1),
    [`${name}.bias`]: fill([dimensions], () => 0),
  });
  const linear = (name: string, rows: number, columns: number) => ({
    [`${name}.weight`]: noise(0.05, rows, columns),
    [`${name}.bias`]: noise(0.01, rows),
  });
  const tensors: Record<string, WrittenTensor> = {
    'embeddings.word_embeddings.weight': noise(1, TINY_BERT_VOCABULARY.length, dimensions),
    'embeddings.position_embeddings.weight': noise(0.1, contextTokens, dimensions),
    'embeddings.token_type_embeddings.weight': noise(0.1, 2, dimensions),
    ...norm('embeddings.LayerNorm'),
  };
  for (let layer = 0; layer < layers; layer++) {
    const at = `encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value'])
      Object.assign(tensors, linear(`${at}.attention.self.${part}`, dimensions, dimensions));
    Object.assign(tensors, linear(`${at}.attention.output.dense`, dimensions, dimensions));
    Object.assign(tensors, norm(`${at}.attention.output.LayerNorm`));
    Object.assign(tensors, linear(`${at}.intermediate.dense`, feedForward, dimensions));
    Object.assign(tensors, linear(`${at}.output.dense`, dimensions, feedForward));
    Object.assign(tensors, norm(`${at}.output.LayerNorm`));
  }
  const sources = { weights: join(directory, 'model.safetensors'), vocabulary: join(directory, 'vocab.txt') };
  writeSafetensors(sources.weights, tensors);
  writeFileSync(sources.vocabulary, `${TINY_BERT_VOCABULARY.join('\n')}\n`);
  return sources;
}
