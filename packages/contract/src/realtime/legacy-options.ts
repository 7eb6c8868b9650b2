/** Options of the sessions that the beta version of the realtime API creates. */
import Type from 'typebox';
import { nullable, oneOf } from '../schema.ts';
import { eagerness, vadLevels, vadReactions } from './audio-config.ts';

const FORMATS = ['pcm16', 'g711_ulaw', 'g711_alaw'] as const;
const MIN_SECRET_SECONDS = 10;
const MAX_SECRET_SECONDS = 7200;

export const audioFormat = (description: string) => Type.Optional(oneOf(FORMATS, { default: 'pcm16', description }));

/** Null turns turn detection off. @param types of detection that the session has. */
export const turnDetection = <const T extends readonly string[]>(types: T) =>
  Type.Optional(
    nullable(
      Type.Object({
        type: Type.Optional(oneOf(types, { default: 'server_vad', description: 'Type of turn detection.' })),
        eagerness,
        ...vadLevels,
        ...vadReactions,
      }),
      { description: 'How the end of a turn is detected; null: the client ends turns.' },
    ),
  );

/** Turn detection in a response. */
export const turnDetectionState = Type.Object({
  type: Type.Optional(Type.String()),
  threshold: Type.Optional(Type.Number()),
  prefix_padding_ms: Type.Optional(Type.Integer()),
  silence_duration_ms: Type.Optional(Type.Integer()),
});

/** Lifetime of the key in a request. */
export const clientSecretOptions = Type.Optional(
  Type.Object({
    expires_at: Type.Optional(
      Type.Object({
        anchor: Type.Optional(Type.Literal('created_at', { default: 'created_at' })),
        seconds: Type.Optional(
          Type.Integer({
            minimum: MIN_SECRET_SECONDS,
            maximum: MAX_SECRET_SECONDS,
            default: 600,
            description: 'Seconds after the creation of the key at which it expires.',
          }),
        ),
      }),
    ),
  }),
);

export const clientSecret = Type.Object({
  value: Type.String({ description: 'The key.' }),
  expires_at: Type.Integer({ description: 'Unix time in seconds.' }),
});
