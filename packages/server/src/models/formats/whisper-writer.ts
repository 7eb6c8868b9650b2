/** Writes files of whisper.cpp. Invariant: the same input gives the same bytes. */
import { open } from 'node:fs/promises';
import { SHAPE_FIELDS, TENSOR_TYPES, WHISPER_MAGIC, type WhisperShape, type WhisperTensor } from './whisper-file.ts';

export interface WhisperContent {
  shape: WhisperShape;
  filters: Float32Array;
  /** Bytes of each ordinary token, by id. */
  tokens: readonly Buffer[];
  tensors: Iterable<WhisperTensor & { name: string }>;
}

/** The value of the field for the format of most tensors. */
const HALF_PRECISION = 1;
const FREQUENCIES = 201;

export async function writeWhisperFile(path: string, content: WhisperContent): Promise<void> {
  const { shape, filters, tokens, tensors } = content;
  const file = await open(path, 'w');
  try {
    await file.appendFile(integers(WHISPER_MAGIC, ...SHAPE_FIELDS.map((field) => shape[field]), HALF_PRECISION));
    await file.appendFile(integers(shape.bands, FREQUENCIES));
    await file.appendFile(Buffer.from(filters.buffer, filters.byteOffset, filters.byteLength));
    await file.appendFile(
      Buffer.concat([integers(tokens.length), ...tokens.flatMap((token) => [integers(token.length), token])]),
    );
    for (const { name, type, shape: dimensions, data } of tensors) {
      const head = integers(dimensions.length, name.length, TENSOR_TYPES[type], ...dimensions.toReversed());
      await file.appendFile(Buffer.concat([head, Buffer.from(name)]));
      await file.appendFile(data);
    }
  } finally {
    await file.close();
  }
}

function integers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeInt32LE(value, i * 4);
  return bytes;
}

const BREAK_HERTZ = 1000;
const BREAK_MEL = 15;
const LINEAR_STEP = 200 / 3;
const LOGARITHMIC_STEP = Math.log(6.4) / 27;
const FRAME_SAMPLES = 400;
const SAMPLE_RATE = 16_000;

/** Triangular filters on the mel scale of Slaney, with equal areas: one row of frequencies for each band. */
export function melFilters(bands: number): Float32Array {
  const toMel = (hertz: number) =>
    hertz >= BREAK_HERTZ ? BREAK_MEL + Math.log(hertz / BREAK_HERTZ) / LOGARITHMIC_STEP : hertz / LINEAR_STEP;
  const toHertz = (mel: number) =>
    mel >= BREAK_MEL ? BREAK_HERTZ * Math.exp(LOGARITHMIC_STEP * (mel - BREAK_MEL)) : mel * LINEAR_STEP;
  const top = toMel(SAMPLE_RATE / 2);
  const edges = Array.from({ length: bands + 2 }, (_, i) => toHertz((top * i) / (bands + 1)));
  const filters = new Float32Array(bands * FREQUENCIES);
  for (let band = 0; band < bands; band++) {
    const [low = 0, middle = 0, high = 0] = edges.slice(band, band + 3);
    for (let i = 0; i < FREQUENCIES; i++) {
      const hertz = (i * SAMPLE_RATE) / FRAME_SAMPLES;
      const height = Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle));
      filters[band * FREQUENCIES + i] = Math.max(0, height) * (2 / (high - low));
    }
  }
  return filters;
}
