/** Text of recorded speech: `audio.transcriptions.*`. */
import Type, { type Static } from 'typebox';
import { file } from '../bytes.ts';
import { streamParam } from '../common/sampling.ts';
import { operation } from '../operation.ts';
import { named, nullable, oneOf, ref } from '../schema.ts';
import { AUDIO_FILE_BYTES } from './bytes.ts';
import { CreateTranscriptionResponseStreamEvent } from './transcription-events.ts';
import { CreateTranscriptionResponse } from './transcription-objects.ts';

const MAX_KNOWN_SPEAKERS = 4;
/** Maximum pause or padding around speech: 10 minutes. */
const MAX_PADDING_MS = 600_000;

export const AudioResponseFormat = named(
  'AudioResponseFormat',
  oneOf(['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json'], {
    default: 'json',
    description: 'Format of the result. `text`, `srt` and `vtt` are plain text; `diarized_json` names speakers.',
  }),
);
export type AudioResponseFormat = Static<typeof AudioResponseFormat>;

export const TranscriptionInclude = named('TranscriptionInclude', oneOf(['logprobs']));
export type TranscriptionInclude = Static<typeof TranscriptionInclude>;

export const VadConfig = named(
  'VadConfig',
  Type.Object(
    {
      type: Type.Literal('server_vad'),
      prefix_padding_ms: Type.Optional(
        Type.Integer({ minimum: 0, maximum: MAX_PADDING_MS, default: 300, description: 'Audio before speech in ms.' }),
      ),
      silence_duration_ms: Type.Optional(
        Type.Integer({
          minimum: 0,
          maximum: MAX_PADDING_MS,
          default: 200,
          description: 'Silence in ms that ends a chunk.',
        }),
      ),
      threshold: Type.Optional(
        Type.Number({
          minimum: 0,
          maximum: 1,
          default: 0.5,
          description: 'Probability from which audio counts as speech, 0 to 1.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
);
export type VadConfig = Static<typeof VadConfig>;

/** Parameters that transcriptions and translations share. */
export const audioParams = {
  file: file({ description: 'The audio: flac, mp3, mp4, mpeg, mpga, m4a, ogg, wav or webm.' }),
  model: Type.String({ description: 'Id of the model.' }),
  temperature: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0,
      description: 'Sampling temperature, 0 to 1. With 0, failed parts are decoded again with higher temperatures.',
    }),
  ),
};

export const CreateTranscriptionRequest = named(
  'CreateTranscriptionRequest',
  Type.Object(
    {
      ...audioParams,
      language: Type.Optional(Type.String({ description: 'ISO 639-1 code of the spoken language.' })),
      languages: Type.Optional(
        Type.Array(Type.String(), { minItems: 1, description: 'ISO 639-1 codes of the possible languages.' }),
      ),
      keywords: Type.Optional(Type.Array(Type.String(), { description: 'Words and phrases to expect.' })),
      prompt: Type.Optional(
        Type.String({ description: 'Text before the audio, in its language. It guides spelling and style.' }),
      ),
      response_format: Type.Optional(ref(AudioResponseFormat)),
      include: Type.Optional(
        Type.Array(ref(TranscriptionInclude), {
          description: '`logprobs`: log probabilities, with the format `json`.',
        }),
      ),
      timestamp_granularities: Type.Optional(
        Type.Array(oneOf(['word', 'segment']), {
          default: ['segment'],
          description: 'The times to return with the format `verbose_json`.',
        }),
      ),
      stream: streamParam,
      chunking_strategy: Type.Optional(
        nullable(Type.Union([Type.Literal('auto', { default: 'auto' }), ref(VadConfig)]), {
          description: 'How to cut the audio at pauses. Without it, the audio is one chunk.',
        }),
      ),
      known_speaker_names: Type.Optional(
        Type.Array(Type.String(), { maxItems: MAX_KNOWN_SPEAKERS, description: 'Names of the known speakers.' }),
      ),
      known_speaker_references: Type.Optional(
        Type.Array(Type.String(), {
          maxItems: MAX_KNOWN_SPEAKERS,
          description: 'Data URLs of 2 to 10 seconds of audio, one for each name.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
);
export type CreateTranscriptionRequest = Static<typeof CreateTranscriptionRequest>;

export const create = operation({
  id: 'audio.transcriptions.create',
  method: 'POST',
  path: '/audio/transcriptions',
  summary: 'Writes down recorded speech.',
  authority: 'project',
  body: CreateTranscriptionRequest,
  encoding: 'multipart',
  bodyLimit: AUDIO_FILE_BYTES,
  response: CreateTranscriptionResponse,
  text: true,
  stream: { event: CreateTranscriptionResponseStreamEvent, framing: 'data' },
});
