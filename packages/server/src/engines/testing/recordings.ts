/** Recordings for tests, made of samples. */
import { HEARING_RATE, type Recording, type TranscribeRequest } from '../transcription-model.ts';

const PIECE_SAMPLES = 2 * HEARING_RATE;

export interface RecordingOptions {
  /** Called with the number of samples that were read. */
  onRead?(count: number): void;
  /** Time before each piece of samples. */
  delayMs?: number;
}

export function toRecording(samples: Float32Array, { onRead, delayMs }: RecordingOptions = {}): Recording {
  return {
    filename: 'speech.wav',
    contentType: 'audio/wav',
    async *bytes() {
      yield toWave(samples, HEARING_RATE);
    },
    async *samples(signal) {
      for (let at = 0; at < samples.length; at += PIECE_SAMPLES) {
        signal.throwIfAborted();
        if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs));
        const piece = samples.slice(at, at + PIECE_SAMPLES);
        onRead?.(at + piece.length);
        yield piece;
      }
    },
  };
}

export function transcriptionOf(recording: Recording, more: Partial<TranscribeRequest> = {}): TranscribeRequest {
  return {
    recording,
    task: 'transcribe',
    language: undefined,
    languages: undefined,
    prompt: undefined,
    temperature: 0,
    wordTimes: false,
    logprobs: false,
    voiceActivity: undefined,
    ...more,
  };
}

export function tone(hertz: number, seconds: number, rate = HEARING_RATE): Float32Array {
  return Float32Array.from(
    { length: seconds * rate },
    (_, i) => 0.3 * Math.sin((2 * Math.PI * hertz * i) / rate + 0.1),
  );
}

export function silence(seconds: number, rate = HEARING_RATE): Float32Array {
  return new Float32Array(seconds * rate);
}

export function joinSamples(...parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** A WAV file of 16 bits. `channels` copies of the samples are interleaved. */
export function toWave(samples: Float32Array, rate: number, channels = 1): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.alloc(44 + samples.length * channels * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(channels, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(rate * channels * 2, 28);
  bytes.writeUInt16LE(channels * 2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(samples.length * channels * 2, 40);
  for (const [i, sample] of samples.entries()) {
    for (let channel = 0; channel < channels; channel++) {
      bytes.writeInt16LE(Math.round(sample * 32_767), 44 + (i * channels + channel) * 2);
    }
  }
  return Uint8Array.from(bytes);
}

/** Formants of vowels in hertz. */
const VOWELS = [
  [730, 1090, 2440],
  [270, 2290, 3010],
  [300, 870, 2240],
  [530, 1840, 2480],
] as const;
const SYLLABLE_SECONDS = 0.22;

/** Syllables of a synthetic voice, which a detector takes for speech: pulses through the resonances of vowels. */
export function voice(seconds: number): Float32Array {
  const samples = new Float32Array(seconds * HEARING_RATE);
  const memory = [0, 1, 2].map(() => [0, 0] as [number, number]);
  let phase = 0;
  for (let i = 0; i < samples.length; i++) {
    const time = i / HEARING_RATE;
    const syllable = Math.floor(time / SYLLABLE_SECONDS);
    phase += (120 + 20 * Math.sin(4.4 * time) + 8 * Math.sin(2.1 * syllable)) / HEARING_RATE;
    let value = phase >= 1 ? 1 : 0;
    phase %= 1;
    for (const [k, hertz] of (VOWELS[syllable % VOWELS.length] ?? VOWELS[0]).entries()) {
      const radius = Math.exp((-Math.PI * (80 + 40 * k)) / HEARING_RATE);
      const [last, before] = memory[k] ?? [0, 0];
      const turn = 2 * radius * Math.cos((2 * Math.PI * hertz) / HEARING_RATE);
      value = value * (1 - radius) + turn * last - radius * radius * before;
      memory[k] = [value, last];
    }
    const loudness = Math.sin(Math.PI * Math.min(1, ((time % SYLLABLE_SECONDS) / SYLLABLE_SECONDS) * 1.1));
    samples[i] = value * Math.max(0, loudness) ** 0.7;
  }
  const peak = samples.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  return samples.map((each) => (0.3 * each) / peak);
}
