/**
 * `POST /audio/speech`: speaks a text. The audio is sent while it is produced, as bytes or in server-sent events.
 * Invariant: an error before the first audio has the status of the error.
 */
import { audio, type BodyOf, type CreateSpeechResponseStreamEvent } from '@selfsame/contract';
import { CONTENT_TYPES } from '../../../audio/audio-encoder.ts';
import { countHostedTexts } from '../../../engines/tokens/cl100k.ts';
import { errors } from '../../../errors/catalogue.ts';
import type { Context } from '../../../operations/context.ts';
import { implement } from '../../handler.ts';
import type { Services } from '../../services.ts';
import { toSpeakRequest } from './speak-request.ts';

type Body = BodyOf<typeof audio.speech.create>;

export default implement(
  audio.speech.create,
  (services) =>
    ({ body }, context) =>
      body.stream_format === 'sse' ? streamEvents(services, body, context) : streamBytes(services, body, context),
);

interface Speech {
  contentType: string;
  bytes: AsyncIterable<Uint8Array>;
  /** Complete once the bytes have ended. */
  usage(): { input_tokens: number; output_tokens: number; total_tokens: number };
}

/** Tokens of audio per second, for usage: the models here generate none. */
const AUDIO_TOKENS_PER_SECOND = 20;

async function startSpeech(services: Services, body: Body, context: Context): Promise<Speech> {
  const { models, audioEncoder } = services;
  const { response_format: format = 'mp3', input, instructions = '' } = body;
  const { signal, priority, meter } = context;
  const model = await models.open('speech', body.model);
  const { modelId, capabilities } = model;
  const request = toSpeakRequest(body, { modelId, capabilities });
  const obstacle = await audioEncoder.findObstacle(format);
  if (obstacle !== undefined) throw errors.unsupportedValue('response_format', obstacle);
  const [inputTokens = 0] = await countHostedTexts([`${input}${instructions}`], signal);
  const { sampleRate } = capabilities;
  let spokenSamples = 0;
  const outputTokens = () => Math.ceil((spokenSamples / sampleRate) * AUDIO_TOKENS_PER_SECOND);
  async function* counted() {
    for await (const samples of model.doSpeak(request, { signal, priority })) {
      spokenSamples += samples.length;
      meter({ modelId, inputTokens, outputTokens: outputTokens(), cachedInputTokens: 0 });
      yield samples;
    }
  }
  return {
    contentType: CONTENT_TYPES[format],
    bytes: audioEncoder.encode(counted(), { format, sampleRate, signal }),
    usage: () => ({
      input_tokens: inputTokens,
      output_tokens: outputTokens(),
      total_tokens: inputTokens + outputTokens(),
    }),
  };
}

async function streamBytes(services: Services, body: Body, context: Context) {
  const { contentType, bytes } = await startSpeech(services, body, context);
  return { contentType, stream: bytes };
}

async function* streamEvents(
  services: Services,
  body: Body,
  context: Context,
): AsyncGenerator<CreateSpeechResponseStreamEvent> {
  const { bytes, usage } = await startSpeech(services, body, context);
  for await (const part of bytes) {
    if (part.length > 0) yield { type: 'speech.audio.delta', audio: Buffer.from(part).toString('base64') };
  }
  yield { type: 'speech.audio.done', usage: usage() };
}
