/** Key-value pairs that a client may attach to an object. */
import Type, { type Static } from 'typebox';
import { mapOf, named, nullable } from '../schema.ts';

/** Up to 16 pairs; keys up to 64 characters, values up to 512. Null means none. */
export const Metadata = named(
  'Metadata',
  nullable(
    mapOf(Type.String({ maxLength: 512 }), {
      description: 'Up to 16 pairs of strings: keys of at most 64 characters, values of at most 512.',
      maxProperties: 16,
      propertyNames: { maxLength: 64 },
    }),
  ),
);
export type Metadata = Static<typeof Metadata>;
