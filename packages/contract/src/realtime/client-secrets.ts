/** Short-lived keys for realtime sessions: `realtime.clientSecrets.*`. */
import Type, { type Static } from 'typebox';
import { VoiceIdsOrCustomVoice, VoiceIdsShared } from '../common/voice.ts';
import { operation } from '../operation.ts';
import { Prompt } from '../responses/options.ts';
import { named, nullable, ref, tagged } from '../schema.ts';
import {
  AudioTranscriptionResponse,
  audioInput,
  noiseReduction,
  outputModalities,
  RealtimeAudioFormats,
  RealtimeTurnDetection,
  sessionInclude,
  speed,
} from './audio-config.ts';
import { turnDetectionState } from './legacy-options.ts';
import {
  instructions,
  maxOutputTokens,
  RealtimeReasoning,
  RealtimeTruncation,
  sessionToolChoice,
  sessionTools,
  tracing,
} from './session-options.ts';

const model = Type.Optional(Type.String({ description: 'Id of the realtime model.' }));

/** Options that requests and responses have alike. */
const shared = {
  output_modalities: Type.Optional(outputModalities({ default: ['audio'] })),
  model,
  instructions,
  include: sessionInclude,
  tools: sessionTools,
  tool_choice: sessionToolChoice,
  reasoning: Type.Optional(ref(RealtimeReasoning)),
  max_output_tokens: maxOutputTokens,
  truncation: Type.Optional(ref(RealtimeTruncation)),
  prompt: Type.Optional(ref(Prompt)),
};

export const RealtimeSessionCreateRequestGA = named(
  'RealtimeSessionCreateRequestGA',
  Type.Object({
    type: Type.Literal('realtime'),
    ...shared,
    audio: Type.Optional(
      Type.Object({
        input: Type.Optional(audioInput()),
        output: Type.Optional(
          Type.Object({
            format: Type.Optional(ref(RealtimeAudioFormats)),
            voice: Type.Optional(
              ref(VoiceIdsOrCustomVoice, { default: 'alloy', description: 'The voice that speaks.' }),
            ),
            speed,
          }),
        ),
      }),
    ),
    tracing: Type.Optional(nullable(tracing())),
    parallel_tool_calls: Type.Optional(Type.Boolean({ description: 'Whether one response may call several tools.' })),
  }),
);
export type RealtimeSessionCreateRequestGA = Static<typeof RealtimeSessionCreateRequestGA>;

export const RealtimeTranscriptionSessionCreateRequestGA = named(
  'RealtimeTranscriptionSessionCreateRequestGA',
  Type.Object({
    type: Type.Literal('transcription'),
    audio: Type.Optional(Type.Object({ input: Type.Optional(audioInput()) })),
    include: sessionInclude,
  }),
);
export type RealtimeTranscriptionSessionCreateRequestGA = Static<typeof RealtimeTranscriptionSessionCreateRequestGA>;

export const RealtimeCreateClientSecretRequest = named(
  'RealtimeCreateClientSecretRequest',
  Type.Object({
    expires_after: Type.Optional(
      Type.Object({
        anchor: Type.Optional(
          Type.Literal('created_at', { default: 'created_at', description: 'The creation time of the secret.' }),
        ),
        seconds: Type.Optional(
          Type.Integer({
            minimum: 10,
            maximum: 7200,
            default: 600,
            description: 'Seconds after the anchor at which the secret expires. Sessions outlive it.',
          }),
        ),
      }),
    ),
    session: Type.Optional(
      tagged('type', [RealtimeSessionCreateRequestGA, RealtimeTranscriptionSessionCreateRequestGA], {
        description: 'Configuration of the sessions that are created with the secret.',
      }),
    ),
  }),
);
export type RealtimeCreateClientSecretRequest = Static<typeof RealtimeCreateClientSecretRequest>;

const expiresAt = Type.Optional(Type.Integer({ description: 'Unix time in seconds.' }));
const input = {
  format: Type.Optional(ref(RealtimeAudioFormats)),
  transcription: Type.Optional(ref(AudioTranscriptionResponse)),
  noise_reduction: Type.Optional(noiseReduction()),
};

export const RealtimeSessionCreateResponseGA = named(
  'RealtimeSessionCreateResponseGA',
  Type.Object({
    type: Type.Literal('realtime'),
    id: Type.String(),
    object: Type.Literal('realtime.session'),
    expires_at: expiresAt,
    ...shared,
    audio: Type.Optional(
      Type.Object({
        input: Type.Optional(Type.Object({ ...input, turn_detection: Type.Optional(ref(RealtimeTurnDetection)) })),
        output: Type.Optional(
          Type.Object({
            format: Type.Optional(ref(RealtimeAudioFormats)),
            voice: Type.Optional(ref(VoiceIdsShared, { default: 'alloy' })),
            speed,
          }),
        ),
      }),
    ),
    tracing: Type.Optional(nullable(tracing())),
  }),
);
export type RealtimeSessionCreateResponseGA = Static<typeof RealtimeSessionCreateResponseGA>;

export const RealtimeTranscriptionSessionCreateResponseGA = named(
  'RealtimeTranscriptionSessionCreateResponseGA',
  Type.Object({
    type: Type.Literal('transcription'),
    id: Type.String(),
    object: Type.Literal('realtime.transcription_session'),
    expires_at: expiresAt,
    include: sessionInclude,
    audio: Type.Optional(
      Type.Object({
        input: Type.Optional(
          Type.Object({
            ...input,
            turn_detection: Type.Optional(nullable(turnDetectionState)),
          }),
        ),
      }),
    ),
  }),
);
export type RealtimeTranscriptionSessionCreateResponseGA = Static<typeof RealtimeTranscriptionSessionCreateResponseGA>;

export const RealtimeCreateClientSecretResponse = named(
  'RealtimeCreateClientSecretResponse',
  Type.Object({
    value: Type.String({ description: 'The secret.' }),
    expires_at: Type.Integer({ description: 'Unix time in seconds.' }),
    session: tagged('type', [RealtimeSessionCreateResponseGA, RealtimeTranscriptionSessionCreateResponseGA]),
  }),
);
export type RealtimeCreateClientSecretResponse = Static<typeof RealtimeCreateClientSecretResponse>;

export const create = operation({
  id: 'realtime.clientSecrets.create',
  method: 'POST',
  path: '/realtime/client_secrets',
  summary: 'Creates a key for realtime sessions of a browser or app.',
  authority: 'project',
  body: RealtimeCreateClientSecretRequest,
  response: RealtimeCreateClientSecretResponse,
});
