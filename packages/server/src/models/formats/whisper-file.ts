/**
 * The file format of whisper.cpp: dimensions, the filters of the spectrogram, the vocabulary, then tensors. All numbers
 * are little-endian.
 */
import { open, readFile } from 'node:fs/promises';

export interface WhisperShape {
  vocabulary: number;
  /** Positions of the encoder: 1,500 for 30 s of audio. */
  audioPositions: number;
  audioWidth: number;
  audioHeads: number;
  audioLayers: number;
  /** Maximum tokens of the decoder, the prompt included. */
  textPositions: number;
  textWidth: number;
  textHeads: number;
  textLayers: number;
  /** Bands of the spectrogram. */
  bands: number;
}

export type WhisperTensorType = 'f32' | 'f16' | 'q8_0';

export interface WhisperTensor {
  type: WhisperTensorType;
  /** Slowest dimension first. */
  shape: readonly number[];
  /** The bytes of the file, not a copy. */
  data: Buffer;
}

export interface WhisperFile {
  shape: WhisperShape;
  /** One row of 201 frequencies for each band. */
  filters: Float32Array;
  /** Bytes of each ordinary token, by id. */
  tokens: readonly Buffer[];
  /** Throws if there is no such tensor. */
  tensor(name: string): WhisperTensor;
}

/** The bytes `lmgg`. */
export const WHISPER_MAGIC = 0x67676d6c;
/** Order of the dimensions in the file. */
export const SHAPE_FIELDS = [
  'vocabulary',
  'audioPositions',
  'audioWidth',
  'audioHeads',
  'audioLayers',
  'textPositions',
  'textWidth',
  'textHeads',
  'textLayers',
  'bands',
] as const;
export const TENSOR_TYPES: Readonly<Record<WhisperTensorType, number>> = { f32: 0, f16: 1, q8_0: 8 };
const TYPE_NAMES = new Map(Object.entries(TENSOR_TYPES).map(([name, code]) => [code, name as WhisperTensorType]));
/** Bytes of a block and the numbers in it. */
const BLOCKS: Readonly<Record<WhisperTensorType, readonly [bytes: number, numbers: number]>> = {
  f32: [4, 1],
  f16: [2, 1],
  q8_0: [34, 32],
};
const MAX_NAME_BYTES = 256;
const NOT_WHISPER = 'is not a Whisper model in the format of whisper.cpp';

/** The file cannot be read; the message completes a sentence whose subject is the file. */
export class WhisperFileError extends Error {
  override readonly name = 'WhisperFileError';
}

/** Returns why the file is none of whisper.cpp, as a predicate whose subject is the file, or undefined. */
export async function findWhisperError(path: string): Promise<string | undefined> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(4);
    const { bytesRead } = await file.read(head, 0, 4, 0);
    return bytesRead === 4 && head.readUInt32LE() === WHISPER_MAGIC ? undefined : NOT_WHISPER;
  } finally {
    await file.close();
  }
}

/** Reads the whole file. Throws `WhisperFileError`. */
export async function readWhisperFile(path: string): Promise<WhisperFile> {
  return parseWhisperFile(await readFile(path));
}

export function parseWhisperFile(bytes: Buffer): WhisperFile {
  try {
    return parse(bytes);
  } catch (error) {
    if (error instanceof RangeError) throw new WhisperFileError('ends before its last tensor');
    throw error;
  }
}

function parse(bytes: Buffer): WhisperFile {
  let at = 0;
  const readInt = () => {
    at += 4;
    return bytes.readInt32LE(at - 4);
  };
  const take = (length: number) => {
    if (length < 0 || at + length > bytes.length) throw new RangeError();
    at += length;
    return bytes.subarray(at - length, at);
  };
  if (readInt() !== WHISPER_MAGIC) throw new WhisperFileError(NOT_WHISPER);
  const shape = Object.fromEntries(SHAPE_FIELDS.map((field) => [field, readInt()])) as unknown as WhisperShape;
  readInt();
  const filters = toFloats(take(readInt() * readInt() * 4));
  const tokens = Array.from({ length: readInt() }, () => take(readInt()));
  const tensors = new Map<string, WhisperTensor>();
  while (at < bytes.length) {
    const [rank, nameBytes, code] = [readInt(), readInt(), readInt()];
    if (rank < 1 || rank > 4 || nameBytes < 1 || nameBytes > MAX_NAME_BYTES) throw new RangeError();
    const dimensions = Array.from({ length: rank }, readInt).toReversed();
    const name = take(nameBytes).toString('latin1');
    const type = TYPE_NAMES.get(code);
    if (type === undefined)
      throw new WhisperFileError(`has the tensor '${name}' in a format that is not read (${code})`);
    const [blockBytes, blockNumbers] = BLOCKS[type];
    const numbers = dimensions.reduce((product, each) => product * each, 1);
    tensors.set(name, { type, shape: dimensions, data: take((numbers / blockNumbers) * blockBytes) });
  }
  return {
    shape,
    filters,
    tokens,
    tensor(name) {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new WhisperFileError(`has no tensor '${name}'`);
      return tensor;
    },
  };
}

/** A copy, because the bytes need not be aligned. */
export function toFloats(bytes: Buffer): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
