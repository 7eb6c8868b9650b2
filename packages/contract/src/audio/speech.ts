/** Speech from text: `audio.speech.*`. */
import Type, { type Static } from 'typebox';
import { Bytes } from '../bytes.ts';
import { VoiceIdsOrCustomVoice } from '../common/voice.ts';
import { operation } from '../operation.ts';
import { named, oneOf, ref, tagged } from '../schema.ts';

/** Maximum characters of the text and of the instructions. */
const MAX_SPEECH_CHARACTERS = 4096;

export const SPEECH_FORMATS = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] as const;
export type SpeechFormat = (typeof SPEECH_FORMATS)[number];

export const CreateSpeechRequest = named(
  'CreateSpeechRequest',
  Type.Object(
    {
      model: Type.String({ description: 'Id of the speech model.' }),
      input: Type.String({ maxLength: MAX_SPEECH_CHARACTERS, description: 'The text to speak.' }),
      instructions: Type.Optional(
        Type.String({
          maxLength: MAX_SPEECH_CHARACTERS,
          description: 'How to speak, for example the tone. Not every model follows instructions.',
        }),
      ),
      voice: ref(VoiceIdsOrCustomVoice, { description: 'The voice that speaks.' }),
      response_format: Type.Optional(
        oneOf(SPEECH_FORMATS, { default: 'mp3', description: 'Encoding of the audio. `pcm` has no header.' }),
      ),
      speed: Type.Optional(
        Type.Number({ minimum: 0.25, maximum: 4, default: 1, description: 'Factor of the normal speed.' }),
      ),
      stream_format: Type.Optional(
        oneOf(['sse', 'audio'], {
          default: 'audio',
          description: 'Whether the audio is sent as bytes or in server-sent events.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
);
export type CreateSpeechRequest = Static<typeof CreateSpeechRequest>;

export const SpeechAudioDeltaEvent = named(
  'SpeechAudioDeltaEvent',
  Type.Object({
    type: Type.Literal('speech.audio.delta'),
    audio: Type.String({ description: 'The next part of the audio in base64.' }),
  }),
);
export type SpeechAudioDeltaEvent = Static<typeof SpeechAudioDeltaEvent>;

export const SpeechAudioDoneEvent = named(
  'SpeechAudioDoneEvent',
  Type.Object({
    type: Type.Literal('speech.audio.done'),
    usage: Type.Object({
      input_tokens: Type.Integer({ description: 'Tokens of the text and the instructions.' }),
      output_tokens: Type.Integer({ description: 'Tokens of generated audio.' }),
      total_tokens: Type.Integer({ description: 'Sum of both.' }),
    }),
  }),
);
export type SpeechAudioDoneEvent = Static<typeof SpeechAudioDoneEvent>;

export const CreateSpeechResponseStreamEvent = named(
  'CreateSpeechResponseStreamEvent',
  tagged('type', [SpeechAudioDeltaEvent, SpeechAudioDoneEvent]),
);
export type CreateSpeechResponseStreamEvent = Static<typeof CreateSpeechResponseStreamEvent>;

export const create = operation({
  id: 'audio.speech.create',
  method: 'POST',
  path: '/audio/speech',
  summary: 'Speaks a text.',
  authority: 'project',
  body: CreateSpeechRequest,
  response: Bytes,
  stream: {
    event: CreateSpeechResponseStreamEvent,
    framing: 'data',
    requestedBy: { name: 'stream_format', value: 'sse' },
  },
});
