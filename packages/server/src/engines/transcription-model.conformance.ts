/**
 * The conformance suite of the transcription-model door. The test of an adapter calls
 * `runTranscriptionModelConformance` with a function that opens a fresh model, and skips cases that do not apply with a
 * reason. Skipping a case that does not exist is an error.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinSamples, silence, toRecording, transcriptionOf } from './testing/recordings.ts';
import {
  HEARING_RATE,
  type SpokenSegment,
  type TranscribeOptions,
  type TranscribeRequest,
  type TranscriptionEvent,
  type TranscriptionModel,
} from './transcription-model.ts';

export interface TranscriptionConformanceSubject {
  model: TranscriptionModel;
  /** Sound in which the model hears words, at least 2 s. */
  speech: Float32Array;
}

export interface TranscriptionConformanceOptions {
  skip?: readonly { test: ConformanceTest; reason: string }[];
}

type Context = () => TranscriptionConformanceSubject;
type Case = (subject: Context, fresh: () => Promise<TranscriptionConformanceSubject>) => Promise<void>;

const ABORT_MS = 250;
/** Pieces of a recording that a model may read ahead, in seconds. */
const MAX_READ_AHEAD_SECONDS = 60;

function options(fields: Partial<TranscribeOptions> = {}): TranscribeOptions {
  return { signal: new AbortController().signal, priority: 'online', ...fields };
}

async function transcribe(model: TranscriptionModel, request: TranscribeRequest, how = options()) {
  const events: TranscriptionEvent[] = [];
  for await (const event of model.doTranscribe(request, how)) events.push(event);
  const segments = events.flatMap((event) => (event.type === 'segment' ? [event.segment] : []));
  return { events, segments, text: segments.map(({ text }) => text).join('') };
}

/** Expects spans to be in order and between the limits. */
function expectOrder(spans: readonly { start: number; end: number }[], from: number, to: number): void {
  let last = from;
  for (const { start, end } of spans) {
    expect(start).toBeGreaterThanOrEqual(last - 1e-6);
    expect(end).toBeGreaterThanOrEqual(start);
    last = end;
  }
  expect(last).toBeLessThanOrEqual(to + 1e-6);
}

const secondsOf = ({ length }: Float32Array) => length / HEARING_RATE;
const several = (speech: Float32Array) => joinSamples(speech, silence(4), speech, silence(4), speech);

const cases = {
  'yields the language, segments in order within the audio, and one end': async (subject) => {
    const { model, speech } = subject();
    const audio = several(speech);
    const { events, segments } = await transcribe(model, transcriptionOf(toRecording(audio)));
    expect(segments.length).toBeGreaterThanOrEqual(1);
    expect(events.map(({ type }) => type)).toEqual(['language', ...segments.map(() => 'segment'), 'end']);
    expectOrder(segments, 0, secondsOf(audio));
    for (const segment of segments) {
      expect(segment.text.trim()).not.toBe('');
      expect(segment.temperature).toBeGreaterThanOrEqual(0);
      expect(segment.noSpeechProbability).toBeLessThanOrEqual(1);
    }
  },

  'reports the duration of the audio and the tokens of the text': async (subject) => {
    const { model, speech } = subject();
    const { events } = await transcribe(model, transcriptionOf(toRecording(speech)));
    const end = events.at(-1);
    if (end?.type !== 'end') throw new Error('The last event is not the end.');
    expect(end.durationSeconds).toBeCloseTo(secondsOf(speech), 1);
    expect(end.usage.audioTokens).toBeGreaterThan(0);
    expect(end.usage.outputTokens).toBeGreaterThan(0);
  },

  'yields no segment for silence': async (subject) => {
    const { segments, events } = await transcribe(subject().model, transcriptionOf(toRecording(silence(5))));
    expect(segments).toEqual([]);
    expect(events.at(-1)).toMatchObject({ type: 'end', durationSeconds: 5 });
  },

  'returns the same segments for the same audio': async (subject) => {
    const { model, speech } = subject();
    const first = await transcribe(model, transcriptionOf(toRecording(speech)));
    const again = await Promise.all([1, 2, 3].map(() => transcribe(model, transcriptionOf(toRecording(speech)))));
    for (const { segments } of again) expect(segments).toEqual(first.segments);
  },

  'uses the requested language': async (subject) => {
    const { model, speech } = subject();
    const { events } = await transcribe(model, transcriptionOf(toRecording(speech), { language: 'de' }));
    expect(events[0]).toEqual({ type: 'language', code: 'de' });
  },

  'detects the language among the requested ones': async (subject) => {
    const { model, speech } = subject();
    const { events } = await transcribe(model, transcriptionOf(toRecording(speech), { languages: ['de'] }));
    expect(events[0]).toEqual({ type: 'language', code: 'de' });
  },

  'returns the words of each segment in order within it': async (subject) => {
    const { model, speech } = subject();
    const { segments } = await transcribe(model, transcriptionOf(toRecording(several(speech)), { wordTimes: true }));
    for (const { words = [], start, end, text } of segments) {
      expect(words.length).toBeGreaterThan(0);
      expectOrder(words, start, end);
      for (const { word } of words) expect(text).toContain(word);
    }
  },

  'returns log probabilities of tokens whose bytes are the text': async (subject) => {
    const { model, speech } = subject();
    const { segments } = await transcribe(model, transcriptionOf(toRecording(speech), { logprobs: true }));
    for (const { text, logprobs = [] } of segments) {
      expect(Buffer.from(logprobs.flatMap(({ bytes }) => bytes)).toString()).toBe(text);
      for (const { logprob } of logprobs) expect(logprob).toBeLessThanOrEqual(0);
    }
  },

  'yields segments before it has read the whole recording': async (subject) => {
    const { model, speech } = subject();
    const long = joinSamples(...Array.from({ length: 40 }, () => [speech, silence(4)]).flat());
    let read = 0;
    const onRead = (count: number) => {
      read = count;
    };
    const recording = toRecording(long, { onRead });
    const found: SpokenSegment[] = [];
    for await (const event of model.doTranscribe(transcriptionOf(recording), options())) {
      if (event.type !== 'segment') continue;
      found.push(event.segment);
      // Reading keeps up with the segments: memory does not grow with the length of the recording.
      expect(read / HEARING_RATE - event.segment.end).toBeLessThan(MAX_READ_AHEAD_SECONDS);
      if (found.length === 2) break;
    }
    expect(found).toHaveLength(2);
    expect(read).toBeLessThan(long.length);
  },

  'releases the caller of an aborted request within 250 ms': async (subject) => {
    const { model, speech } = subject();
    const controller = new AbortController();
    const long = toRecording(joinSamples(...Array.from({ length: 200 }, () => speech)), { delayMs: 5 });
    const running = transcribe(model, transcriptionOf(long), options({ signal: controller.signal }));
    running.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const abortedAt = performance.now();
    controller.abort(new Error('left'));
    await expect(running).rejects.toThrow('left');
    expect(performance.now() - abortedAt).toBeLessThan(ABORT_MS);
    const { segments } = await transcribe(model, transcriptionOf(toRecording(speech)));
    expect(segments.length).toBeGreaterThan(0);
  },

  'fails with the error of a recording that cannot be decoded': async (subject) => {
    const next = async () => Promise.reject(new Error('not audio'));
    const broken = { ...toRecording(silence(1)), samples: () => ({ [Symbol.asyncIterator]: () => ({ next }) }) };
    await expect(transcribe(subject().model, transcriptionOf(broken))).rejects.toThrow('not audio');
  },

  'fails requests in flight with engine_failed when it is closed': async (_subject, fresh) => {
    const { model, speech } = await fresh();
    const long = toRecording(joinSamples(...Array.from({ length: 200 }, () => speech)), { delayMs: 5 });
    const running = transcribe(model, transcriptionOf(long));
    running.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await model.close();
    await expect(running).rejects.toMatchObject({ code: 'engine_failed' });
    await model.close();
  },
} satisfies Record<string, Case>;

export type ConformanceTest = keyof typeof cases;

export function runTranscriptionModelConformance(
  name: string,
  open: () => Promise<TranscriptionConformanceSubject>,
  { skip = [] }: TranscriptionConformanceOptions = {},
): void {
  describe(`transcription model: ${name}`, () => {
    let subject: TranscriptionConformanceSubject;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject.model.close());
    for (const [test, run] of Object.entries<Case>(cases)) {
      const reason = skip.find((each) => each.test === test)?.reason;
      it.skipIf(reason !== undefined)(reason === undefined ? test : `${test} (${reason})`, () =>
        run(() => subject, open),
      );
    }
  });
}
