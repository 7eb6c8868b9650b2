/** One event of a streamed completion, in the shape of the complete response with null for values not known yet. */
import Type, { type Static } from 'typebox';
import { CompletionUsage } from '../common/usage.ts';
import { named, nullable, oneOf, ref } from '../schema.ts';
import { COMPLETION_FINISH_REASONS, completionChoice, completionHead } from './response.ts';

export const CompletionChunk = named(
  'CompletionChunk',
  Type.Object({
    ...completionHead,
    choices: Type.Array(
      Type.Object({
        ...completionChoice,
        finish_reason: nullable(oneOf(COMPLETION_FINISH_REASONS), {
          description: 'Null until the last chunk of the choice.',
        }),
      }),
      { description: 'Empty in the chunk that carries the usage.' },
    ),
    usage: Type.Optional(nullable(ref(CompletionUsage))),
    obfuscation: Type.Optional(Type.String({ description: 'Meaningless padding.' })),
  }),
);
export type CompletionChunk = Static<typeof CompletionChunk>;
