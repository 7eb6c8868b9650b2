/** The voice of generated speech. */
import Type, { type Static } from 'typebox';
import { named, ref } from '../schema.ts';

/** Any name is valid on the wire; a server that refuses a name lists its own voices. */
export const VoiceIdsShared = named('VoiceIdsShared', Type.String({ description: 'Name of a built-in voice.' }));
export type VoiceIdsShared = Static<typeof VoiceIdsShared>;

export const VoiceIdsOrCustomVoice = named(
  'VoiceIdsOrCustomVoice',
  Type.Union([
    ref(VoiceIdsShared),
    Type.Object({ id: Type.String({ description: 'Id of a custom voice.' }) }, { additionalProperties: false }),
  ]),
);
export type VoiceIdsOrCustomVoice = Static<typeof VoiceIdsOrCustomVoice>;
