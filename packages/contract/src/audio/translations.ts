/** English text of recorded speech in any language: `audio.translations.*`. */
import Type, { type Static } from 'typebox';
import { operation } from '../operation.ts';
import { named, oneOf, ref } from '../schema.ts';
import { AUDIO_FILE_BYTES } from './bytes.ts';
import { TranscriptionSegment } from './transcription-objects.ts';
import { audioParams } from './transcriptions.ts';

export const CreateTranslationRequest = named(
  'CreateTranslationRequest',
  Type.Object(
    {
      ...audioParams,
      prompt: Type.Optional(Type.String({ description: 'English text before the audio. It guides the style.' })),
      response_format: Type.Optional(
        oneOf(['json', 'text', 'srt', 'verbose_json', 'vtt'], {
          default: 'json',
          description: 'Format of the result. `text`, `srt` and `vtt` are plain text.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
);
export type CreateTranslationRequest = Static<typeof CreateTranslationRequest>;

export const CreateTranslationResponseJson = named(
  'CreateTranslationResponseJson',
  Type.Object({ text: Type.String({ description: 'The translated text.' }) }),
);
export type CreateTranslationResponseJson = Static<typeof CreateTranslationResponseJson>;

export const CreateTranslationResponseVerboseJson = named(
  'CreateTranslationResponseVerboseJson',
  Type.Object({
    language: Type.String({ description: 'Always `english`.' }),
    duration: Type.Number({ description: 'Duration of the audio in seconds.' }),
    text: Type.String({ description: 'The translated text.' }),
    segments: Type.Optional(Type.Array(ref(TranscriptionSegment))),
  }),
);
export type CreateTranslationResponseVerboseJson = Static<typeof CreateTranslationResponseVerboseJson>;

export const CreateTranslationResponse = named(
  'CreateTranslationResponse',
  Type.Union([ref(CreateTranslationResponseJson), ref(CreateTranslationResponseVerboseJson)]),
);
export type CreateTranslationResponse = Static<typeof CreateTranslationResponse>;

export const create = operation({
  id: 'audio.translations.create',
  method: 'POST',
  path: '/audio/translations',
  summary: 'Translates recorded speech to English.',
  authority: 'project',
  body: CreateTranslationRequest,
  encoding: 'multipart',
  bodyLimit: AUDIO_FILE_BYTES,
  response: CreateTranslationResponse,
  text: true,
});
