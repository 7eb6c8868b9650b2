/**
 * Silero VAD: the probability that a frame of 32 ms contains speech. The network remembers what it heard before, so a
 * detector hears one recording, in order.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import ort, { type Tensor as OrtTensor } from 'onnxruntime-node';
import { HEARING_RATE } from '../transcription-model.ts';

const { InferenceSession, Tensor } = ort;

export const FRAME_SAMPLES = 512;
/** Samples before a frame that the network also hears. */
const CONTEXT_SAMPLES = 64;
const STATE_SHAPE = [2, 1, 128] as const;
const MODEL = '@ricky0123/vad-web/dist/silero_vad_v6.onnx';

export interface VoiceDetector {
  /** `frame`: the next `FRAME_SAMPLES` samples. */
  hear(frame: Float32Array): Promise<number>;
}

/** The returned function creates a detector for one recording. */
export async function loadVoiceDetector(): Promise<() => VoiceDetector> {
  const network = await readFile(createRequire(import.meta.url).resolve(MODEL));
  const session = await InferenceSession.create(network, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const sr = new Tensor('int64', BigInt64Array.of(BigInt(HEARING_RATE)), []);
  return () => {
    let state: OrtTensor = new Tensor('float32', new Float32Array(STATE_SHAPE[0] * STATE_SHAPE[2]), STATE_SHAPE);
    const input = new Float32Array(CONTEXT_SAMPLES + FRAME_SAMPLES);
    return {
      async hear(frame) {
        input.copyWithin(0, FRAME_SAMPLES);
        input.set(frame, CONTEXT_SAMPLES);
        const outputs = await session.run({ input: new Tensor('float32', input, [1, input.length]), state, sr });
        state = outputs['stateN'] as OrtTensor;
        return Number(outputs['output']?.data[0] ?? 0);
      },
    };
  };
}
