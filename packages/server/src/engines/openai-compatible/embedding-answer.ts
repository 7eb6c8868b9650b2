/**
 * Converts the response of an upstream's embedding endpoint to one unit vector per input, in the order of the inputs.
 * Accepts numbers and base64, whichever was requested. Invariant: a returned vector has finite numbers, the stated
 * length and a direction. Pure.
 */
import { toUnitVector } from '../../lib/unit-vector.ts';
import { readInputTokens } from './usage.ts';
import { isAbsent, isRecord, readList, toCount, typeName, WireError, type WireRecord } from './wire-value.ts';

export interface EmbeddingAnswer {
  vectors: readonly Float32Array[];
  /** Undefined if the upstream does not state it. */
  inputTokens: number | undefined;
}

export interface ExpectedVectors {
  count: number;
  /** Numbers of each vector; undefined = not known yet. */
  dimensions: number | undefined;
}

/** @throws WireError */
export function readEmbeddings(answer: WireRecord, { count, dimensions }: ExpectedVectors): EmbeddingAnswer {
  const entries = readList(answer['data'], 'data').map((entry) => {
    if (isRecord(entry)) return entry;
    throw new WireError(`an entry of its 'data' is ${typeName(entry)} instead of an object.`);
  });
  if (entries.length !== count) throw new WireError(`it gave ${entries.length} vectors for ${count} inputs.`);
  const vectors: Float32Array[] = [];
  const positions = readPositions(entries);
  let expected = dimensions;
  for (const [at, { embedding }] of entries.entries()) {
    const vector = readVector(embedding);
    expected ??= vector.length;
    if (vector.length !== expected) {
      throw new WireError(`it gave a vector of ${vector.length} numbers where others have ${expected}.`);
    }
    vectors[positions[at] as number] = vector;
  }
  return { vectors, inputTokens: readInputTokens(answer['usage']) };
}

/** The input of each entry: its index, or the order of the entries if no entry has an index. */
function readPositions(entries: readonly WireRecord[]): readonly number[] {
  if (entries.every(({ index }) => isAbsent(index))) return [...entries.keys()];
  const positions = entries.map(({ index }) => toCount(index) ?? -1);
  const isComplete = new Set(positions).size === entries.length;
  if (isComplete && positions.every((position) => position >= 0 && position < entries.length)) return positions;
  throw new WireError("each 'index' of its vectors must be that of one input.");
}

function readVector(value: unknown): Float32Array {
  const numbers = typeof value === 'string' ? fromBase64(value) : fromList(value);
  if (numbers.length === 0) throw new WireError('it gave an empty vector.');
  const vector = Float32Array.from(numbers);
  if (!vector.every(Number.isFinite)) throw new WireError('it gave a vector with something that is no finite number.');
  if (vector.every((number) => number === 0)) throw new WireError('it gave a vector of zeros, which has no direction.');
  return toUnitVector(vector);
}

function fromList(value: unknown): readonly number[] {
  // Some servers wrap the vector in a list, as the one row of a matrix.
  const list = Array.isArray(value) && value.length === 1 && Array.isArray(value[0]) ? value[0] : value;
  if (!Array.isArray(list)) throw new WireError(`it gave ${typeName(value)} for a vector.`);
  if (list.every((number): number is number => typeof number === 'number')) return list;
  throw new WireError('it gave a vector with something that is no number.');
}

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const FLOAT_BYTES = 4;

/** Decodes little-endian 32-bit floats. */
function fromBase64(value: string): readonly number[] {
  const bytes = Buffer.from(value, 'base64');
  if (!BASE64.test(value) || bytes.length % FLOAT_BYTES !== 0) {
    throw new WireError('it gave a text for a vector that is no base64 of numbers.');
  }
  return Array.from({ length: bytes.length / FLOAT_BYTES }, (_, at) => bytes.readFloatLE(at * FLOAT_BYTES));
}
