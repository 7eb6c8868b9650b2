import {
  audio,
  type BodyOf,
  type CreateTranscriptionResponse,
  type CreateTranscriptionResponseJson,
  type CreateTranscriptionResponseStreamEvent,
} from '@selfsame/contract';
import type { SpokenToken, TranscriptionEvent } from '../../../engines/transcription-model.ts';
import type { ReceivedFile } from '../../../lib/received-file.ts';
import type { Context } from '../../../operations/context.ts';
import { implement } from '../../handler.ts';
import type { Services } from '../../services.ts';
import { toRecording } from '../recording.ts';
import {
  openTranscriptionModel,
  runTranscription,
  type Transcript,
  type TranscriptUsage,
  toTranscript,
} from '../transcribe.ts';
import { round, toSegments, toTextFormat, toVerbose } from '../transcript-formats.ts';
import { toTranscribeRequest } from './to-request.ts';

const { create } = audio.transcriptions;
type Body = BodyOf<typeof create>;

export default implement(
  create,
  (services) =>
    ({ body }, context) =>
      body.stream === true ? stream(services, body, context) : transcribe(services, body, context),
);

async function start(services: Services, body: Body, context: Context) {
  const model = await openTranscriptionModel(services, body.model, 'transcribe');
  const request = toTranscribeRequest(body, model);
  // The pipeline has checked that the form field is a file.
  const recording = toRecording(body.file as ReceivedFile, services);
  return runTranscription(model, { ...request, recording }, context);
}

async function transcribe(
  services: Services,
  body: Body,
  context: Context,
): Promise<CreateTranscriptionResponse | string> {
  const transcript = await toTranscript(await start(services, body, context));
  const { response_format: format } = body;
  const text = toTextFormat(transcript, format);
  return text ?? (format === 'verbose_json' ? toVerboseJson(transcript, body) : toJson(transcript, body));
}

function toJson(
  { text, language, segments, durationSeconds, usage }: Transcript,
  body: Body,
): CreateTranscriptionResponseJson {
  const logprobs =
    body.include?.includes('logprobs') === true ? segments.flatMap(({ logprobs = [] }) => logprobs) : undefined;
  return {
    text,
    languages: toDetected(language),
    ...(logprobs !== undefined && { logprobs: logprobs.map(toLogprob) }),
    usage: isCountedInTokens(body.model)
      ? toTokens(usage)
      : { type: 'duration' as const, seconds: Math.ceil(durationSeconds) },
  };
}

function toVerboseJson(transcript: Transcript, { timestamp_granularities: granularities }: Body) {
  const { words, durationSeconds } = transcript;
  const wanted = granularities === undefined || granularities.length === 0 ? ['segment'] : granularities;
  return {
    ...toVerbose(transcript, 'transcribe'),
    ...(wanted.includes('word') && {
      words: words.map(({ word, start, end }) => ({ word, start: round(start), end: round(end) })),
    }),
    ...(wanted.includes('segment') && { segments: toSegments(transcript) }),
    usage: { type: 'duration' as const, seconds: Math.ceil(durationSeconds) },
  };
}

async function* stream(
  services: Services,
  body: Body,
  context: Context,
): AsyncGenerator<CreateTranscriptionResponseStreamEvent> {
  const logprobs: SpokenToken[] = [];
  const withLogprobs = body.include?.includes('logprobs') === true;
  let text = '';
  let language: string | undefined;
  for await (const event of await start(services, body, context)) {
    if (event.type === 'language') language = event.code;
    else if (event.type === 'segment') {
      const delta = text === '' ? event.segment.text.trimStart() : event.segment.text;
      text += delta;
      const added = event.segment.logprobs ?? [];
      logprobs.push(...added);
      yield { type: 'transcript.text.delta', delta, ...(withLogprobs && { logprobs: added.map(toLogprob) }) };
    } else yield toDone(event);
  }

  function toDone({ usage }: Extract<TranscriptionEvent, { type: 'end' }>): CreateTranscriptionResponseStreamEvent {
    return {
      type: 'transcript.text.done',
      text,
      languages: toDetected(language),
      ...(withLogprobs && { logprobs: logprobs.map(toLogprob) }),
      usage: toTokens(usage),
    };
  }
}

function toDetected(code: string | undefined): { code: string }[] {
  return code === undefined ? [] : [{ code }];
}

function toLogprob({ text, logprob, bytes }: SpokenToken) {
  return { token: text, logprob, bytes: [...bytes] };
}

/** The hosted service counts the first Whisper in seconds, and its successors in tokens. */
function isCountedInTokens(requestedModel: string): boolean {
  return requestedModel.startsWith('gpt-');
}

function toTokens({ promptTokens, audioTokens, outputTokens }: TranscriptUsage) {
  const inputTokens = promptTokens + audioTokens;
  return {
    type: 'tokens' as const,
    input_tokens: inputTokens,
    input_token_details: { text_tokens: promptTokens, audio_tokens: audioTokens },
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
  };
}
