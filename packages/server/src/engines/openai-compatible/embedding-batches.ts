/**
 * Splits the inputs of a request into batches that every upstream accepts. Texts and token ids never share a batch.
 * Pure.
 */
import type { EmbeddingInput } from '../embedding-model.ts';

export interface Batch {
  inputs: readonly EmbeddingInput[];
  /** Position of each input in the request. */
  positions: readonly number[];
}

const MAX_INPUTS = 128;
/** Characters of the texts, or four times the number of token ids. */
const MAX_CHARACTERS = 256 * 1024;

export function toBatches(inputs: readonly EmbeddingInput[]): Batch[] {
  const isText = (position: number) => typeof inputs[position] === 'string';
  const positions = inputs.keys().toArray();
  return [positions.filter(isText), positions.filter((position) => !isText(position))]
    .flatMap((kind) => split(kind, inputs))
    .map((batch) => ({ positions: batch, inputs: batch.map((position) => inputs[position] ?? '') }));
}

function split(positions: readonly number[], inputs: readonly EmbeddingInput[]): number[][] {
  const batches: number[][] = [];
  let freeCharacters = 0;
  for (const position of positions) {
    const size = sizeOf(inputs[position] ?? '');
    const last = batches.at(-1);
    if (last === undefined || last.length === MAX_INPUTS || size > freeCharacters) {
      batches.push([position]);
      freeCharacters = MAX_CHARACTERS - size;
    } else {
      last.push(position);
      freeCharacters -= size;
    }
  }
  return batches;
}

function sizeOf(input: EmbeddingInput): number {
  return typeof input === 'string' ? input.length : 4 * input.length;
}
