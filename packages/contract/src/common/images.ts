/** Options of generated images. */
import type { Static } from 'typebox';
import { named, oneOf } from '../schema.ts';

export const InputFidelity = named(
  'InputFidelity',
  oneOf(['high', 'low'], { description: 'How closely the result follows style and features of the input.' }),
);
export type InputFidelity = Static<typeof InputFidelity>;
