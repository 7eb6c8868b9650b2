/** Kokoro-82M itself: `SELFSAME_TEST_KOKORO` is the path of its file. Each voice speaks one sentence. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../child-process/testing/silent-log.ts';
import { createKokoroSpeechModel, type KokoroSpeechModel } from './speech-model.ts';
import { HOSTED_VOICES } from './voices.ts';

const path = process.env['SELFSAME_TEST_KOKORO'] ?? '';
const SENTENCE = 'The library opens at nine in the morning.';
const RATE = 24_000;
const TIMEOUT_MS = 300_000;

describe.runIf(path !== '')('Kokoro-82M', () => {
  let model: KokoroSpeechModel;
  const spoken = new Map<string, Float32Array>();
  const speak = async (voice: string, speed = 1) => {
    const options = { signal: new AbortController().signal, priority: 'online' } as const;
    const parts = await Array.fromAsync(model.doSpeak({ text: SENTENCE, voice, speed }, options));
    return Float32Array.from(parts.flatMap((part) => Array.from(part, (sample) => sample / 32_768)));
  };
  beforeAll(async () => {
    model = createKokoroSpeechModel({ modelId: 'kokoro-82m', path, log: silentLog });
    await model.ready();
    for (const voice of Object.values(HOSTED_VOICES)) spoken.set(voice, await speak(voice));
  }, TIMEOUT_MS);
  afterAll(() => model.close());

  it('has a voice for each name of the API', () => {
    expect(Object.keys(model.capabilities.hostedVoices)).toHaveLength(13);
    expect(model.capabilities.voices).toHaveLength(28);
  });

  it('speaks the sentence in 2 to 4.5 seconds with every voice', () => {
    for (const [voice, samples] of spoken) {
      expect(samples.length / RATE, voice).toBeGreaterThan(2);
      expect(samples.length / RATE, voice).toBeLessThan(4.5);
    }
  });

  it('speaks with a higher pitch for female voices than for male ones', () => {
    const pitchesOf = (sex: string) =>
      [...spoken].filter(([voice]) => voice[1] === sex).map(([, samples]) => pitchOf(samples));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(pitchesOf('f'))).toBeGreaterThan(mean(pitchesOf('m')) * 1.3);
  });

  it('has voices that differ by pitch or spectrum in every pair', () => {
    const all = [...spoken].map(([voice, samples]) => ({ voice, features: featuresOf(samples) }));
    for (const [i, one] of all.entries()) {
      for (const other of all.slice(i + 1)) {
        const distance = Math.hypot(...one.features.map((value, k) => value - (other.features[k] ?? 0)));
        expect(distance, `${one.voice} and ${other.voice}`).toBeGreaterThan(0.05);
      }
    }
  });

  it('keeps the pitch at other speeds, beyond those of the network too', { timeout: TIMEOUT_MS }, async () => {
    const normal = spoken.get('am_michael') ?? new Float32Array();
    for (const speed of [0.5, 2]) {
      const samples = await speak('am_michael', speed);
      expect((samples.length * speed) / normal.length).toBeGreaterThan(0.75);
      expect((samples.length * speed) / normal.length).toBeLessThan(1.3);
      expect(Math.abs(pitchOf(samples) / pitchOf(normal) - 1)).toBeLessThan(0.15);
    }
  });
});

const FRAME = 1200;

/** Frames of 50 ms that are loud enough to be voiced. */
function* loudFrames(samples: Float32Array): Generator<Float32Array> {
  for (let at = 0; at + FRAME <= samples.length; at += FRAME) {
    const frame = samples.subarray(at, at + FRAME);
    if (Math.sqrt(frame.reduce((sum, value) => sum + value * value, 0) / FRAME) > 0.04) yield frame;
  }
}

/** Median of the periods of voiced frames, by autocorrelation, in Hz. */
function pitchOf(samples: Float32Array): number {
  const pitches: number[] = [];
  for (const frame of loudFrames(samples)) {
    const energy = frame.reduce((sum, value) => sum + value * value, 0);
    let best = { lag: 0, score: 0.4 };
    for (let lag = Math.round(RATE / 350); lag <= Math.round(RATE / 70); lag++) {
      let product = 0;
      for (let i = lag; i < FRAME; i++) product += (frame[i] ?? 0) * (frame[i - lag] ?? 0);
      const score = product / energy / (1 - lag / FRAME);
      if (score > best.score * 1.05) best = { lag, score };
    }
    if (best.lag > 0) pitches.push(RATE / best.lag);
  }
  return pitches.toSorted((a, b) => a - b)[pitches.length >> 1] ?? 0;
}

/** Octaves of the pitch, and the shares of energy in five bands on a logarithmic scale. */
function featuresOf(samples: Float32Array): number[] {
  const bands = [250, 600, 1300, 2600, 5000].map((hz) => {
    let energy = 0;
    for (const frame of loudFrames(samples)) {
      let [re, im] = [0, 0];
      for (const [i, value] of frame.entries()) {
        re += value * Math.cos((2 * Math.PI * hz * i) / RATE);
        im += value * Math.sin((2 * Math.PI * hz * i) / RATE);
      }
      energy += re * re + im * im;
    }
    return Math.log10(energy + 1e-9);
  });
  const mean = bands.reduce((sum, value) => sum + value, 0) / bands.length;
  return [Math.log2(pitchOf(samples) / 100), ...bands.map((value) => (value - mean) / 4)];
}
