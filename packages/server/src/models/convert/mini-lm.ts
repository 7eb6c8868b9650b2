/**
 * Converts the published all-MiniLM-L6-v2 to the GGUF file of the catalogue. The numbers are those of its
 * `config.json`.
 */
import { join } from 'node:path';
import { type BertShape, convertBert } from './bert.ts';

const SHAPE: BertShape = {
  name: 'all-MiniLM-L6-v2',
  layers: 6,
  dimensions: 384,
  feedForward: 1536,
  heads: 12,
  contextTokens: 512,
  layerNormEpsilon: 1e-12,
};

/** `directory` contains `model.safetensors` and `vocab.txt`. */
export function convertMiniLm(directory: string, target: string): Promise<void> {
  const sources = { weights: join(directory, 'model.safetensors'), vocabulary: join(directory, 'vocab.txt') };
  return convertBert(sources, SHAPE, target);
}
