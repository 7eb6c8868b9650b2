/** Realtime sessions of the beta version: `realtime.sessions.*`. */
import Type, { type Static } from 'typebox';
import { VoiceIdsOrCustomVoice, VoiceIdsShared } from '../common/voice.ts';
import { operation } from '../operation.ts';
import { Prompt } from '../responses/options.ts';
import { clearable, named, ref } from '../schema.ts';
import {
  AudioTranscription,
  AudioTranscriptionResponse,
  noiseReduction,
  outputModalities,
  RealtimeAudioFormats,
  sessionInclude,
  speed,
} from './audio-config.ts';
import { audioFormat, clientSecret, clientSecretOptions, turnDetection, turnDetectionState } from './legacy-options.ts';
import { instructions, maxOutputTokens, RealtimeFunctionTool, RealtimeTruncation, tracing } from './session-options.ts';

const tools = Type.Optional(Type.Array(ref(RealtimeFunctionTool), { description: 'The functions of the model.' }));
const toolChoice = Type.Optional(
  Type.String({ description: '`auto`, `none`, `required`, or the name of a function.' }),
);

export const RealtimeSessionCreateRequest = named(
  'RealtimeSessionCreateRequest',
  clearable(
    Type.Object({
      client_secret: clientSecretOptions,
      model: Type.Optional(Type.String({ description: 'Id of the realtime model.' })),
      modalities: Type.Optional(outputModalities()),
      instructions,
      voice: Type.Optional(ref(VoiceIdsOrCustomVoice, { description: 'The voice that speaks.' })),
      input_audio_format: audioFormat('Format of the input.'),
      output_audio_format: audioFormat('Format of the output.'),
      input_audio_transcription: Type.Optional(ref(AudioTranscription)),
      input_audio_noise_reduction: Type.Optional(noiseReduction()),
      speed,
      tracing: Type.Optional(tracing()),
      turn_detection: turnDetection(['server_vad', 'semantic_vad']),
      tools,
      tool_choice: toolChoice,
      temperature: Type.Optional(
        Type.Number({ minimum: 0.6, maximum: 1.2, default: 0.8, description: 'Higher is more varied.' }),
      ),
      max_response_output_tokens: maxOutputTokens,
      truncation: Type.Optional(ref(RealtimeTruncation)),
      prompt: Type.Optional(ref(Prompt)),
    }),
  ),
);
export type RealtimeSessionCreateRequest = Static<typeof RealtimeSessionCreateRequest>;

export const RealtimeSessionCreateResponse = named(
  'RealtimeSessionCreateResponse',
  Type.Object({
    id: Type.Optional(Type.String()),
    object: Type.Optional(Type.Literal('realtime.session')),
    client_secret: clientSecret,
    expires_at: Type.Optional(Type.Integer({ description: 'Unix time in seconds.' })),
    include: sessionInclude,
    model: Type.Optional(Type.String({ description: 'Id of the realtime model.' })),
    modalities: Type.Optional(outputModalities()),
    output_modalities: Type.Optional(outputModalities()),
    instructions,
    voice: Type.Optional(ref(VoiceIdsShared)),
    input_audio_format: Type.Optional(Type.String()),
    output_audio_format: Type.Optional(Type.String()),
    input_audio_transcription: Type.Optional(Type.Object({ model: Type.Optional(Type.String()) })),
    audio: Type.Optional(
      Type.Object({
        input: Type.Optional(
          Type.Object({
            format: Type.Optional(ref(RealtimeAudioFormats)),
            transcription: Type.Optional(ref(AudioTranscriptionResponse)),
            noise_reduction: Type.Optional(noiseReduction()),
            turn_detection: Type.Optional(turnDetectionState),
          }),
        ),
        output: Type.Optional(
          Type.Object({
            format: Type.Optional(ref(RealtimeAudioFormats)),
            voice: Type.Optional(ref(VoiceIdsShared)),
            speed: Type.Optional(Type.Number({ description: 'Factor of the normal speed of speech.' })),
          }),
        ),
      }),
    ),
    tracing: Type.Optional(tracing()),
    turn_detection: Type.Optional(turnDetectionState),
    tools,
    tool_choice: toolChoice,
    temperature: Type.Optional(Type.Number()),
    max_response_output_tokens: maxOutputTokens,
    max_output_tokens: maxOutputTokens,
  }),
);
export type RealtimeSessionCreateResponse = Static<typeof RealtimeSessionCreateResponse>;

export const create = operation({
  id: 'realtime.sessions.create',
  method: 'POST',
  path: '/realtime/sessions',
  summary: 'Configures a realtime session and creates a key for it.',
  authority: 'project',
  body: RealtimeSessionCreateRequest,
  response: RealtimeSessionCreateResponse,
});
