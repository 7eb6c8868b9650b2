/** Cuts the inputs of one request into requests of a size that every upstream takes. Pure. Texts and token ids never share one. */
import type { EmbeddingInput } from '../embedding-model.ts';

export interface Batch {
  inputs: readonly EmbeddingInput[];
  /** Where each input stood. */
  places: readonly number[];
}

const MOST_INPUTS = 128;
/** Characters of texts, or four times the token ids. */
const MOST_CHARACTERS = 256 * 1024;

export function toBatches(inputs: readonly EmbeddingInput[]): Batch[] {
  const isText = (place: number) => typeof inputs[place] === 'string';
  const places = inputs.keys().toArray();
  return [places.filter(isText), places.filter((place) => !isText(place))]
    .flatMap((kind) => cut(kind, inputs))
    .map((batch) => ({ places: batch, inputs: batch.map((place) => inputs[place] ?? '') }));
}

function cut(places: readonly number[], inputs: readonly EmbeddingInput[]): number[][] {
  const batches: number[][] = [];
  let room = 0;
  for (const place of places) {
    const size = sizeOf(inputs[place] ?? '');
    const last = batches.at(-1);
    if (last === undefined || last.length === MOST_INPUTS || size > room) {
      batches.push([place]);
      room = MOST_CHARACTERS - size;
    } else {
      last.push(place);
      room -= size;
    }
  }
  return batches;
}

function sizeOf(input: EmbeddingInput): number {
  return typeof input === 'string' ? input.length : 4 * input.length;
}
