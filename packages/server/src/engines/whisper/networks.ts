/**
 * The two networks of a loaded model, on onnxruntime. Invariant: one run at a time, online tasks before batch ones, so
 * that several recordings share the threads fairly.
 */
import ort, { type Tensor as OrtTensor, type InferenceSession as Session } from 'onnxruntime-node';
import type { WhisperFile, WhisperShape } from '../../models/formats/whisper-file.ts';
import { alignmentHeadsOf } from './alignment-heads.ts';
import { decoderNetwork } from './decoder.ts';
import { encoderNetwork, POSITION_SAMPLES, toEncoderInput } from './encoder.ts';
import type { Turn } from './turns.ts';

const { InferenceSession, Tensor } = ort;

/** Silence behind the recording, so that the model sees where it ends. */
const TAIL_POSITIONS = 50;
/** A model that hears less than 5 s invents words: it was trained with 30 s. */
const MIN_POSITIONS = 250;
const FORBIDDEN = -1e9;

type Values = Readonly<Record<string, OrtTensor>>;

export interface Encoded {
  values: Values;
  /** Positions of the recording, without the silence behind it. */
  positions: number;
  /** Whether silence fills the audio up to 30 s, as in training. */
  isWhole: boolean;
}

export interface StepResult {
  /** One array of log odds per row. */
  logits: readonly Float32Array[];
  /** Scores of the attention to the audio: [heads, tokens, positions]. */
  alignment: { data: Float32Array; dims: readonly number[] };
}

/** A text that is being continued. */
export interface Continuation {
  /** Appends tokens. `rows`: the tokens whose successors are predicted, counted from the first of `tokens`. */
  append(tokens: readonly number[], rows: readonly number[]): Promise<StepResult>;
}

export interface Networks {
  shape: WhisperShape;
  /** `isWhole`: costs as much as 30 s of audio, and helps with recordings that are hard to understand. */
  encode(samples: Float32Array, options: { turn: Turn; isWhole: boolean }): Promise<Encoded>;
  start(encoded: Encoded, turn: Turn): Continuation;
}

export async function loadNetworks(file: WhisperFile, threads: number): Promise<Networks> {
  const options: Session.SessionOptions = { intraOpNumThreads: threads, interOpNumThreads: 1, logSeverityLevel: 3 };
  const { shape } = file;
  const encoder = await InferenceSession.create(encoderNetwork(file), options);
  const decoder = await InferenceSession.create(decoderNetwork(file, alignmentHeadsOf(shape)), options);
  return {
    shape,
    async encode(samples, { turn, isWhole }) {
      const positions = Math.min(shape.audioPositions, Math.ceil(samples.length / POSITION_SAMPLES));
      const least = isWhole ? shape.audioPositions : Math.max(MIN_POSITIONS, positions + TAIL_POSITIONS);
      const length = Math.min(shape.audioPositions, least);
      const input = toEncoderInput(samples, length);
      const audio = new Tensor('float32', input, [1, 1, input.length]);
      return { values: await turn(() => encoder.run({ audio })), positions, isWhole: length === shape.audioPositions };
    },
    start: (encoded, turn) => startText(decoder, shape, { encoded, turn }),
  };
}

function startText(
  decoder: Session,
  shape: WhisperShape,
  { encoded, turn }: { encoded: Encoded; turn: Turn },
): Continuation {
  const { textLayers, textHeads, textWidth } = shape;
  const parts = Array.from({ length: textLayers }, (_, layer) => [`key.${layer}`, `value.${layer}`]).flat();
  const none = new Tensor('float32', new Float32Array(0), [textHeads, 0, textWidth / textHeads]);
  let past: Values = Object.fromEntries(parts.map((part) => [`past.${part}`, none]));
  let length = 0;
  return {
    async append(tokens, rows) {
      const before = length;
      const inputs = {
        tokens: integers(tokens),
        positions: integers(tokens.map((_, i) => before + i)),
        rows: integers(rows),
        mask: maskOf(tokens.length, before),
      };
      const outputs = await turn(() => decoder.run({ ...inputs, ...past, ...encoded.values }));
      length += tokens.length;
      past = Object.fromEntries(parts.map((part) => [`past.${part}`, outputs[`present.${part}`] as OrtTensor]));
      const logits = outputs['logits']?.data as Float32Array;
      const alignment = outputs['alignment'] as OrtTensor;
      return {
        logits: rows.map((_, i) => logits.subarray(i * shape.vocabulary, (i + 1) * shape.vocabulary)),
        alignment: { data: alignment.data as Float32Array, dims: alignment.dims },
      };
    },
  };
}

function integers(values: readonly number[]): OrtTensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
}

/** A token attends to itself and to those before it. */
function maskOf(count: number, before: number): OrtTensor {
  const all = before + count;
  const mask = new Float32Array(count * all);
  for (let i = 0; i < count; i++) mask.fill(FORBIDDEN, i * all + before + i + 1, (i + 1) * all);
  return new Tensor('float32', mask, [count, all]);
}
