/** Shortens and encodes vectors as requested. Pure. */

import { endianness } from 'node:os';
import type { CreateEmbeddingRequest } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { toUnitVector } from '../../lib/unit-vector.ts';

/** @throws ApiError if more dimensions are requested than the model has. */
export function checkDimensions(requested: number | undefined, model: { modelId: string; dimensions: number }): void {
  const { modelId, dimensions } = model;
  if (requested === undefined || requested <= dimensions) return;
  const message = `Invalid 'dimensions': the model '${modelId}' has ${dimensions}. Expected a value <= ${dimensions}, but got ${requested} instead.`;
  throw errors.outOfRange('dimensions', message, 'integer_above_max_value');
}

/** Returns the first `dimensions` numbers, scaled to length 1. Returns `vector` itself if it is not longer. */
export function shorten(vector: Float32Array, dimensions: number | undefined): Float32Array {
  if (dimensions === undefined || dimensions >= vector.length) return vector;
  return toUnitVector(vector.subarray(0, dimensions));
}

/** Both encodings contain exactly the same numbers. */
export function encode(
  vector: Float32Array,
  format: NonNullable<CreateEmbeddingRequest['encoding_format']>,
): number[] | string {
  return format === 'base64' ? toLittleEndian(vector).toString('base64') : [...vector];
}

function toLittleEndian(vector: Float32Array): Buffer {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32();
}
