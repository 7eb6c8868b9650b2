/** Audio of a realtime session: formats, transcription and turn detection. */
import Type, { type Static } from 'typebox';
import { clearable, named, nullable, oneOf, ref, tagged } from '../schema.ts';

/** Maximum pause or padding around speech: 10 minutes. */
const MAX_PADDING_MS = 600_000;

export const RealtimeAudioFormats = named(
  'RealtimeAudioFormats',
  Type.Object({
    type: Type.Optional(
      oneOf(['audio/pcm', 'audio/pcmu', 'audio/pcma'], {
        description: 'PCM with 16 bits, G.711 μ-law or G.711 A-law.',
      }),
    ),
    rate: Type.Optional(Type.Literal(24_000, { description: 'Samples per second of PCM.' })),
  }),
);
export type RealtimeAudioFormats = Static<typeof RealtimeAudioFormats>;

export const NoiseReductionType = named(
  'NoiseReductionType',
  oneOf(['near_field', 'far_field'], { description: 'Whether the microphone is near, as in a headset, or far.' }),
);
export type NoiseReductionType = Static<typeof NoiseReductionType>;

export const noiseReduction = () =>
  Type.Object(
    { type: Type.Optional(ref(NoiseReductionType)) },
    { description: 'Filters the input before turn detection and the model. Off if absent.' },
  );

const transcriptionModel = Type.Optional(Type.String({ description: 'Id of the transcription model.' }));
const language = Type.Optional(Type.String({ description: 'ISO 639-1 code of the spoken language.' }));
const languages = Type.Optional(
  Type.Array(Type.String(), { minItems: 1, description: 'ISO 639-1 codes of the possible languages.' }),
);
const prompt = Type.Optional(Type.String({ description: 'Text that guides spelling and style.' }));

export const AudioTranscription = named(
  'AudioTranscription',
  Type.Object(
    {
      model: transcriptionModel,
      language,
      languages,
      keywords: Type.Optional(Type.Array(Type.String(), { description: 'Words and phrases to expect.' })),
      prompt,
      delay: Type.Optional(
        oneOf(['minimal', 'low', 'medium', 'high', 'xhigh'], {
          description: 'How long to wait for more audio before text is sent.',
        }),
      ),
    },
    { description: 'Transcription of the input. Off if absent.' },
  ),
);
export type AudioTranscription = Static<typeof AudioTranscription>;

export const AudioTranscriptionResponse = named(
  'AudioTranscriptionResponse',
  Type.Object({ model: transcriptionModel, language, languages, prompt }),
);
export type AudioTranscriptionResponse = Static<typeof AudioTranscriptionResponse>;

const padding = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_PADDING_MS, description }));

export const vadLevels = {
  threshold: Type.Optional(
    Type.Number({ minimum: 0, maximum: 1, description: 'Probability from which audio counts as speech. Default 0.5.' }),
  ),
  prefix_padding_ms: padding('Audio before detected speech in ms. Default 300.'),
  silence_duration_ms: padding('Silence in ms that ends speech. Default 500.'),
};

export const vadReactions = {
  create_response: Type.Optional(
    Type.Boolean({ default: true, description: 'Whether the end of speech requests a response.' }),
  ),
  interrupt_response: Type.Optional(
    Type.Boolean({ default: true, description: 'Whether new speech cancels a running response.' }),
  ),
};

export const eagerness = Type.Optional(
  oneOf(['low', 'medium', 'high', 'auto'], {
    default: 'auto',
    description: 'How soon a turn is taken to be complete.',
  }),
);

export const RealtimeServerVad = named(
  'RealtimeServerVad',
  Type.Object({
    type: Type.Literal('server_vad', { default: 'server_vad' }),
    ...vadLevels,
    ...vadReactions,
    idle_timeout_ms: Type.Optional(
      nullable(Type.Integer({ minimum: 5000, maximum: 30_000 }), {
        description: 'Silence in ms after a response that requests another one.',
      }),
    ),
  }),
);
export type RealtimeServerVad = Static<typeof RealtimeServerVad>;

export const RealtimeSemanticVad = named(
  'RealtimeSemanticVad',
  Type.Object({ type: Type.Literal('semantic_vad'), eagerness, ...vadReactions }),
);
export type RealtimeSemanticVad = Static<typeof RealtimeSemanticVad>;

export const RealtimeTurnDetection = named(
  'RealtimeTurnDetection',
  nullable(tagged('type', [RealtimeServerVad, RealtimeSemanticVad]), {
    description: 'How the end of a turn is detected; null: the client ends turns.',
  }),
);
export type RealtimeTurnDetection = Static<typeof RealtimeTurnDetection>;

/** Input of a session. Null turns turn detection off. */
export const audioInput = () =>
  clearable(
    Type.Object({
      format: Type.Optional(ref(RealtimeAudioFormats)),
      transcription: Type.Optional(ref(AudioTranscription)),
      noise_reduction: Type.Optional(noiseReduction()),
      turn_detection: Type.Optional(ref(RealtimeTurnDetection)),
    }),
  );

export const speed = Type.Optional(
  Type.Number({ minimum: 0.25, maximum: 1.5, default: 1, description: 'Factor of the normal speed of speech.' }),
);

export const sessionInclude = Type.Optional(
  Type.Array(oneOf(['item.input_audio_transcription.logprobs']), {
    description: 'Additional data of events: log probabilities of transcriptions.',
  }),
);

export const outputModalities = (options: object = {}) =>
  Type.Array(oneOf(['text', 'audio']), { description: 'Types of output.', ...options });
