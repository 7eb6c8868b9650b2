/** Realtime transcription sessions of the beta version: `realtime.transcriptionSessions.*`. */
import Type, { type Static } from 'typebox';
import { operation } from '../operation.ts';
import { clearable, named, ref } from '../schema.ts';
import {
  AudioTranscription,
  AudioTranscriptionResponse,
  noiseReduction,
  outputModalities,
  sessionInclude,
} from './audio-config.ts';
import { audioFormat, clientSecret, clientSecretOptions, turnDetection, turnDetectionState } from './legacy-options.ts';

export const RealtimeTranscriptionSessionCreateRequest = named(
  'RealtimeTranscriptionSessionCreateRequest',
  clearable(
    Type.Object({
      client_secret: clientSecretOptions,
      modalities: Type.Optional(outputModalities()),
      turn_detection: turnDetection(['server_vad', 'semantic_vad']),
      input_audio_noise_reduction: Type.Optional(noiseReduction()),
      input_audio_format: audioFormat('Format of the input.'),
      input_audio_transcription: Type.Optional(ref(AudioTranscription)),
      include: sessionInclude,
    }),
  ),
);
export type RealtimeTranscriptionSessionCreateRequest = Static<typeof RealtimeTranscriptionSessionCreateRequest>;

export const RealtimeTranscriptionSessionCreateResponse = named(
  'RealtimeTranscriptionSessionCreateResponse',
  Type.Object({
    client_secret: clientSecret,
    modalities: Type.Optional(outputModalities()),
    input_audio_format: Type.Optional(Type.String()),
    input_audio_transcription: Type.Optional(ref(AudioTranscriptionResponse)),
    turn_detection: Type.Optional(turnDetectionState),
  }),
);
export type RealtimeTranscriptionSessionCreateResponse = Static<typeof RealtimeTranscriptionSessionCreateResponse>;

export const create = operation({
  id: 'realtime.transcriptionSessions.create',
  method: 'POST',
  path: '/realtime/transcription_sessions',
  summary: 'Configures a realtime transcription session and creates a key for it.',
  authority: 'project',
  body: RealtimeTranscriptionSessionCreateRequest,
  response: RealtimeTranscriptionSessionCreateResponse,
});
