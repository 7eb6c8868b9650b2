/** A model's vector → the vector and the form of it that the caller asked for. Pure. */

import { endianness } from 'node:os';
import type { CreateEmbeddingRequest } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { toUnitVector } from '../../lib/unit-vector.ts';

/** Throws when more dimensions are asked for than the model has. */
export function checkDimensions(asked: number | undefined, model: { modelId: string; dimensions: number }): void {
  const { modelId, dimensions } = model;
  if (asked === undefined || asked <= dimensions) return;
  const message = `Invalid 'dimensions': the model '${modelId}' has ${dimensions}. Expected a value <= ${dimensions}, but got ${asked} instead.`;
  throw errors.outOfRange('dimensions', message, 'integer_above_max_value');
}

/** The first `dimensions` numbers, scaled to length 1 again; the same vector where nothing is cut off. */
export function shorten(vector: Float32Array, dimensions: number | undefined): Float32Array {
  if (dimensions === undefined || dimensions >= vector.length) return vector;
  return toUnitVector(vector.subarray(0, dimensions));
}

/** Both forms hold exactly the same numbers. */
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
