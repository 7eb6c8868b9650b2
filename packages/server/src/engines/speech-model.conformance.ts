/**
 * The conformance suite of the speech-model door. The test of an adapter calls `runSpeechModelConformance` with a
 * function that opens a fresh model, and skips cases that do not apply with a reason. Skipping a case that does not
 * exist is an error.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errors } from '../errors/catalogue.ts';
import type { SpeakOptions, SpeakRequest, SpeechModel } from './speech-model.ts';

export interface SpeechConformanceSubject {
  model: SpeechModel;
  /** Two voices with different pitches. */
  voices: readonly [string, string];
  /** At least five sentences that take at least 600 ms to speak. */
  slow: string;
}

export interface SpeechConformanceOptions {
  skip?: readonly { test: ConformanceTest; reason: string }[];
  timeoutMs?: number;
}

type Context = () => SpeechConformanceSubject;
type Case = (subject: Context, fresh: () => Promise<SpeechConformanceSubject>) => Promise<void>;

const ABORT_MS = 250;
const DEFAULT_TIMEOUT_MS = 20_000;
const TEXT = 'The library opens at nine in the morning.';

function options(fields: Partial<SpeakOptions> = {}): SpeakOptions {
  return { signal: new AbortController().signal, priority: 'online', ...fields };
}

async function speak(model: SpeechModel, request: SpeakRequest, how = options()): Promise<Int16Array> {
  const parts: number[] = [];
  for await (const part of model.doSpeak(request, how)) for (const sample of part) parts.push(sample);
  return Int16Array.from(parts);
}

/** Root of the mean square. */
function loudness(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length));
}

const cases = {
  'speaks a sentence with a plausible duration and loudness': async (subject) => {
    const { model, voices } = subject();
    const samples = await speak(model, { text: TEXT, voice: voices[0], speed: 1 });
    const seconds = samples.length / model.capabilities.sampleRate;
    expect(seconds).toBeGreaterThan(1);
    expect(seconds).toBeLessThan(6);
    expect(loudness(samples)).toBeGreaterThan(200);
  },

  'speaks the same text with the same voice to the same duration': async (subject) => {
    const { model, voices } = subject();
    const request = { text: TEXT, voice: voices[0], speed: 1 };
    expect((await speak(model, request)).length).toBe((await speak(model, request)).length);
  },

  'yields the first part before the last sentence is spoken': async (subject) => {
    const { model, voices, slow } = subject();
    const started = performance.now();
    let firstMs: number | undefined;
    let parts = 0;
    for await (const part of model.doSpeak({ text: slow, voice: voices[0], speed: 1 }, options())) {
      firstMs ??= performance.now() - started;
      parts += Math.sign(part.length);
    }
    expect(parts).toBeGreaterThan(1);
    expect(firstMs ?? Number.NaN).toBeLessThan((performance.now() - started) / 2);
  },

  'takes about half the time at twice the speed, and twice the time at half the speed': async (subject) => {
    const { model, voices } = subject();
    const lengthAt = async (speed: number) => (await speak(model, { text: TEXT, voice: voices[0], speed })).length;
    const normal = await lengthAt(1);
    expect((await lengthAt(2)) / normal).toBeCloseTo(0.5, 0.7);
    expect((await lengthAt(0.5)) / normal).toBeCloseTo(2, 0);
    expect((await lengthAt(4)) / normal).toBeLessThan(0.4);
    expect((await lengthAt(0.25)) / normal).toBeGreaterThan(2.8);
  },

  'speaks with another sound for another voice': async (subject) => {
    const { model, voices } = subject();
    const [first, second] = [
      await speak(model, { text: TEXT, voice: voices[0], speed: 1 }),
      await speak(model, { text: TEXT, voice: voices[1], speed: 1 }),
    ];
    expect(Buffer.from(first.buffer).equals(Buffer.from(second.buffer))).toBe(false);
  },

  'refuses a voice that does not exist': async (subject) => {
    const { model } = subject();
    const request = { text: TEXT, voice: 'no-such-voice', speed: 1 };
    await expect(speak(model, request)).rejects.toMatchObject({ status: 400, param: 'voice' });
  },

  'speaks parallel requests': async (subject) => {
    const { model, voices } = subject();
    const requests = Array.from({ length: 3 }, () => speak(model, { text: TEXT, voice: voices[0], speed: 1 }));
    const lengths = (await Promise.all(requests)).map(({ length }) => length);
    expect(new Set(lengths).size).toBe(1);
  },

  'rejects with the reason of an aborted signal, and speaks the next request': async (subject) => {
    const { model, voices, slow } = subject();
    const controller = new AbortController();
    const running = speak(model, { text: slow, voice: voices[0], speed: 1 }, options({ signal: controller.signal }));
    running.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const abortedAt = performance.now();
    controller.abort(new Error('left'));
    await expect(running).rejects.toThrow('left');
    expect(performance.now() - abortedAt).toBeLessThan(ABORT_MS);
    expect((await speak(model, { text: TEXT, voice: voices[0], speed: 1 })).length).toBeGreaterThan(0);
  },

  'frees its slot when the consumer stops early': async (subject) => {
    const { model, voices, slow } = subject();
    for (let i = 0; i < 6; i++) {
      for await (const _part of model.doSpeak({ text: slow, voice: voices[0], speed: 1 }, options())) break;
    }
    expect((await speak(model, { text: TEXT, voice: voices[0], speed: 1 })).length).toBeGreaterThan(0);
  },

  'speaks texts without words without an error': async (subject) => {
    const { model, voices } = subject();
    for (const text of ['…', '😀', '???', '-', 'a']) {
      expect((await speak(model, { text, voice: voices[0], speed: 1 })).length, text).toBeGreaterThan(0);
    }
  },

  'fails requests in progress with engine_failed when it is closed': async (_subject, fresh) => {
    const { model, voices, slow } = await fresh();
    const running = speak(model, { text: slow, voice: voices[0], speed: 1 });
    running.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([model.close(), model.close()]);
    const code = errors.engineFailed('').code;
    await expect(running).rejects.toMatchObject({ code });
    await expect(speak(model, { text: TEXT, voice: voices[0], speed: 1 })).rejects.toMatchObject({ code });
  },
} satisfies Record<string, Case>;

export type ConformanceTest = keyof typeof cases;

export function runSpeechModelConformance(
  name: string,
  open: () => Promise<SpeechConformanceSubject>,
  { skip = [], timeoutMs = DEFAULT_TIMEOUT_MS }: SpeechConformanceOptions = {},
): void {
  describe(`speech model: ${name}`, () => {
    let subject: SpeechConformanceSubject;
    beforeAll(async () => {
      subject = await open();
    }, timeoutMs);
    afterAll(() => subject.model.close());
    const skipped = new Map<string, string>(skip.map(({ test, reason }) => [test, reason]));
    for (const title of skipped.keys()) if (!(title in cases)) throw new Error(`The suite has no case '${title}'.`);
    for (const [title, run] of Object.entries(cases) as [string, Case][]) {
      const reason = skipped.get(title);
      if (reason === undefined) it(title, { timeout: timeoutMs }, () => run(() => subject, open));
      else it.skip(`${title} (${reason})`, () => undefined);
    }
  });
}
