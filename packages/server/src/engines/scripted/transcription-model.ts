/**
 * A deterministic transcription model for tests of the server: it writes down the pitch of tones. Each half second of
 * sound is a word, its frequency in hertz to the nearest ten; words without a pause between them are a segment. The
 * prompt may start with a directive line (see directives.ts): `startDelayMs` delays the first segment, `failStart`
 * fails.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { errors } from '../../errors/catalogue.ts';
import { Admission } from '../admission.ts';
import {
  HEARING_RATE,
  type SpokenSegment,
  type SpokenWord,
  type TranscribeOptions,
  type TranscribeRequest,
  type TranscriptionEvent,
  type TranscriptionModel,
} from '../transcription-model.ts';
import { type Directives, parseDirectives } from './directives.ts';

export interface ScriptedTranscriptionModelOptions {
  /** Default `scripted-transcription`. */
  modelId?: string;
}

const WORD_SECONDS = 0.5;
const WORD_SAMPLES = WORD_SECONDS * HEARING_RATE;
const PARALLEL_REQUESTS = 4;
/** Mean power below which audio counts as silence. */
const MIN_POWER = 1e-5;
const LANGUAGES = ['en', 'de'];
const LOGPROB = -0.25;

export function createScriptedTranscriptionModel({
  modelId = 'scripted-transcription',
}: ScriptedTranscriptionModelOptions = {}): TranscriptionModel {
  const admission = new Admission({ slots: PARALLEL_REQUESTS });
  const closing = new AbortController();
  const closed = () => errors.engineFailed('it was closed.');
  return {
    modelId,
    capabilities: { languages: LANGUAGES, translates: true, hasWordTimes: true, hasLogprobs: true, streams: true },
    async *doTranscribe(request: TranscribeRequest, { signal, priority }: TranscribeOptions) {
      const release = await admission.acquire({ signal, priority });
      try {
        yield* transcribe(request, AbortSignal.any([signal, closing.signal]));
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw closing.signal.aborted ? closed() : error;
      } finally {
        release();
      }
    },
    async close() {
      admission.close(closed);
      closing.abort();
    },
  };
}

async function* transcribe(request: TranscribeRequest, signal: AbortSignal): AsyncGenerator<TranscriptionEvent> {
  const { directives } = parseDirectives(request.prompt ?? '', 'prompt');
  if (directives.startDelayMs !== undefined) await sleep(directives.startDelayMs, undefined, { signal });
  if (directives.failStart === true) throw errors.engineFailed('its script says that it cannot start.');
  const code = request.language ?? request.languages?.find((each) => LANGUAGES.includes(each)) ?? 'en';
  const usage = { promptTokens: request.prompt?.length ?? 0, audioTokens: 0, outputTokens: 0 };
  let isFirst = true;
  let samples = 0;
  let words: SpokenWord[] = [];
  const finish = function* (): Generator<TranscriptionEvent> {
    if (words.length === 0) return;
    if (isFirst) yield { type: 'language', code };
    isFirst = false;
    usage.outputTokens += words.length;
    yield { type: 'segment', segment: toSegment(words, request, directives) };
    words = [];
  };
  for await (const piece of inPieces(request.recording.samples(signal), WORD_SAMPLES)) {
    signal.throwIfAborted();
    const start = samples / HEARING_RATE;
    samples += piece.length;
    const hertz = pitchOf(piece);
    if (hertz === undefined) yield* finish();
    else words.push({ word: `${hertz}`, start, end: samples / HEARING_RATE });
  }
  yield* finish();
  usage.audioTokens = Math.ceil(samples / WORD_SAMPLES);
  yield { type: 'end', durationSeconds: samples / HEARING_RATE, usage };
}

function toSegment(
  words: readonly SpokenWord[],
  { temperature, wordTimes, logprobs, task }: TranscribeRequest,
  { promptTokens = 0 }: Directives,
): SpokenSegment {
  const pieces = words.map(({ word }) => (task === 'translate' ? ` ${word} hertz` : ` ${word}`));
  const [first, last] = [words[0], words.at(-1)];
  return {
    text: pieces.join(''),
    start: first?.start ?? 0,
    end: last?.end ?? 0,
    seek: Math.round((first?.start ?? 0) * 100),
    tokens: words.map(({ word }) => Number(word) + promptTokens),
    temperature,
    averageLogprob: LOGPROB,
    compressionRatio: 1,
    noSpeechProbability: 0,
    ...(wordTimes && { words }),
    ...(logprobs && {
      logprobs: pieces.map((text) => ({ text, logprob: LOGPROB, bytes: [...Buffer.from(text)] })),
    }),
  };
}

async function* inPieces(source: AsyncIterable<Float32Array>, size: number): AsyncGenerator<Float32Array> {
  let rest = new Float32Array(0);
  for await (const samples of source) {
    const joined = new Float32Array(rest.length + samples.length);
    joined.set(rest);
    joined.set(samples, rest.length);
    let at = 0;
    for (; at + size <= joined.length; at += size) yield joined.subarray(at, at + size);
    rest = joined.slice(at);
  }
  if (rest.length > 0) yield rest;
}

/** Half the crossings of zero per second, to the nearest ten; undefined = silence. */
function pitchOf(samples: Float32Array): number | undefined {
  const power = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
  if (power < MIN_POWER || samples.length < WORD_SAMPLES / 2) return undefined;
  const crossings = samples.reduce(
    (count, value, i) => count + (i > 0 && Math.sign(value) !== Math.sign(samples[i - 1] ?? 0) ? 1 : 0),
    0,
  );
  return Math.round((crossings * HEARING_RATE) / (2 * samples.length) / 10) * 10;
}
