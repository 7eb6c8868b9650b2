/**
 * A transcription model of an upstream behind the transcription-model door. It requests segments with times where the
 * model returns them; a plain answer becomes one segment.
 */
import { errors } from '../../errors/catalogue.ts';
import { SPOKEN_LANGUAGES, toLanguageCode } from '../spoken-languages.ts';
import type {
  SpokenSegment,
  SpokenToken,
  SpokenWord,
  TranscribeOptions,
  TranscribeRequest,
  TranscriptionEvent,
  TranscriptionModel,
} from '../transcription-model.ts';
import { createCalls } from './calls.ts';
import { estimateTokens } from './estimate-tokens.ts';
import { readBody } from './read-body.ts';
import { toKnown, type Upstream } from './upstream.ts';
import { toBodyError } from './upstream-error.ts';
import { isAbsent, isRecord, WireError } from './wire-value.ts';

export interface UpstreamTranscriptionModelOptions {
  modelId: string;
  /** Its id at the upstream. */
  upstreamId: string;
}

const PATHS = { transcribe: '/audio/transcriptions', translate: '/audio/translations' } as const;
/** As local models count. */
const AUDIO_TOKENS_PER_SECOND = 50;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** Models that return text only, and log probabilities on request. */
const PLAIN_MODELS = /gpt-4o/i;

export function createUpstreamTranscriptionModel(
  upstream: Upstream,
  { modelId, upstreamId }: UpstreamTranscriptionModelOptions,
): TranscriptionModel {
  const calls = createCalls();
  const isPlain = PLAIN_MODELS.test(upstreamId);
  return {
    modelId,
    capabilities: {
      languages: SPOKEN_LANGUAGES.map(({ code }) => code),
      translates: true,
      hasWordTimes: !isPlain,
      hasLogprobs: isPlain,
      streams: false,
    },
    async *doTranscribe(request: TranscribeRequest, { signal }: TranscribeOptions) {
      const { options } = upstream;
      const form = await toForm(request, { model: upstreamId, isPlain });
      const sent = await upstream.send(
        { path: PATHS[request.task], body: form.body, headers: { 'content-type': form.type }, model: upstreamId },
        {
          calls,
          signal,
          read: async (response, call) => {
            const text = await readBody(response.body, MAX_ANSWER_BYTES).catch((error: unknown) => {
              throw toKnown(options, call, error);
            });
            const answer = toRecord(text);
            if (!isAbsent(answer['error'])) throw toBodyError(options, answer);
            return [...toEvents(answer, request)];
          },
        },
      );
      sent.release();
      yield* sent.value;
    },
    async close() {
      calls.close(errors.engineFailed('it was closed.'));
    },
  };
}

async function toForm(
  request: TranscribeRequest,
  { model, isPlain }: { model: string; isPlain: boolean },
): Promise<{ body: Uint8Array; type: string }> {
  const { recording, language, prompt, temperature, wordTimes, logprobs, task } = request;
  const pieces: Uint8Array[] = [];
  for await (const piece of recording.bytes()) pieces.push(piece);
  const form = new FormData();
  form.set('file', new File([Buffer.concat(pieces)], recording.filename, { type: recording.contentType }));
  form.set('model', model);
  form.set('response_format', isPlain ? 'json' : 'verbose_json');
  if (language !== undefined && task === 'transcribe') form.set('language', language);
  if (prompt !== undefined) form.set('prompt', prompt);
  if (temperature > 0) form.set('temperature', String(temperature));
  if (logprobs) form.append('include[]', 'logprobs');
  if (wordTimes) for (const part of ['word', 'segment']) form.append('timestamp_granularities[]', part);
  const response = new Response(form);
  return { body: await response.bytes(), type: response.headers.get('content-type') ?? '' };
}

function toRecord(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Reported below.
  }
  throw new WireError('its answer is not a JSON object.');
}

function* toEvents(answer: Record<string, unknown>, request: TranscribeRequest): Generator<TranscriptionEvent> {
  const { text, language, duration, segments, words, usage } = answer;
  if (typeof text !== 'string') throw new WireError('its answer has no text.');
  const spoken = Array.isArray(segments) ? segments.filter(isRecord).map(toSegment) : [];
  const wholeEnd = numberOr(duration, isRecord(usage) ? numberOr(usage['seconds'], 0) : 0);
  const all = spoken.length > 0 || text.trim() === '' ? spoken : [plainSegment(text, wholeEnd)];
  const code = typeof language === 'string' ? toLanguageCode(language) : request.language;
  if (code !== undefined && all.length > 0) yield { type: 'language', code };
  const timed = Array.isArray(words) ? words.filter(isRecord).map(toWord) : [];
  for (const [i, segment] of all.entries()) {
    const from = i === 0 ? Number.NEGATIVE_INFINITY : segment.start;
    const next = all[i + 1]?.start ?? Number.POSITIVE_INFINITY;
    const own = timed.filter(({ start }) => start >= from && start < next);
    const logprobs =
      i === 0 && Array.isArray(answer['logprobs']) ? answer['logprobs'].filter(isRecord).map(toToken) : [];
    yield {
      type: 'segment',
      segment: { ...segment, ...(request.wordTimes && { words: own }), ...(request.logprobs && { logprobs }) },
    };
  }
  const end = Math.max(wholeEnd, all.at(-1)?.end ?? 0);
  yield { type: 'end', durationSeconds: end, usage: toUsage(usage, end, text) };
}

function toSegment(value: Record<string, unknown>): SpokenSegment {
  const start = Math.max(0, numberOr(value['start'], 0));
  return {
    text: textOr(value['text']),
    start,
    end: Math.max(start, numberOr(value['end'], start)),
    seek: Math.max(0, Math.round(numberOr(value['seek'], start * 100))),
    tokens: Array.isArray(value['tokens']) ? value['tokens'].filter(Number.isInteger) : [],
    temperature: numberOr(value['temperature'], 0),
    averageLogprob: numberOr(value['avg_logprob'], 0),
    compressionRatio: numberOr(value['compression_ratio'], 0),
    noSpeechProbability: numberOr(value['no_speech_prob'], 0),
  };
}

function plainSegment(text: string, end: number): SpokenSegment {
  return toSegment({ text, start: 0, end });
}

function toWord(value: Record<string, unknown>): SpokenWord {
  const start = Math.max(0, numberOr(value['start'], 0));
  return { word: textOr(value['word']).trim(), start, end: Math.max(start, numberOr(value['end'], start)) };
}

function toToken(value: Record<string, unknown>): SpokenToken {
  const text = textOr(value['token']);
  const bytes = Array.isArray(value['bytes']) ? value['bytes'].filter(Number.isInteger) : [...Buffer.from(text)];
  return { text, logprob: numberOr(value['logprob'], 0), bytes };
}

/** An answer that is counted in seconds has no tokens: those of the text are estimated. */
function toUsage(usage: unknown, seconds: number, text: string) {
  const { input_tokens: input, output_tokens: output, input_token_details: details } = isRecord(usage) ? usage : {};
  const promptTokens = isRecord(details) ? numberOr(details['text_tokens'], 0) : 0;
  return {
    promptTokens,
    audioTokens: Math.max(0, Math.ceil(numberOr(input, seconds * AUDIO_TOKENS_PER_SECOND)) - promptTokens),
    outputTokens: numberOr(output, estimateTokens([text])),
  };
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

function textOr(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
