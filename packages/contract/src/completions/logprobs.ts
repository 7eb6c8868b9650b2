/** Log probabilities in the form of legacy completions: parallel lists with one item per token. */
import Type, { type Static } from 'typebox';
import { mapOf, named, nullable } from '../schema.ts';

export const CompletionLogprobs = named(
  'CompletionLogprobs',
  Type.Object({
    tokens: Type.Optional(
      Type.Array(Type.String(), {
        description: 'The tokens of the text. A token with incomplete characters is `bytes:` and its bytes.',
      }),
    ),
    token_logprobs: Type.Optional(
      Type.Array(nullable(Type.Number()), {
        description: 'Natural logarithms of their probabilities; -9999.0 if negligible, null for the first token.',
      }),
    ),
    top_logprobs: Type.Optional(
      Type.Array(nullable(mapOf(Type.Number())), {
        description: 'The most likely tokens at each position, and the sampled token.',
      }),
    ),
    text_offset: Type.Optional(
      Type.Array(Type.Integer(), {
        description: 'Offset of each token in characters from the start of the prompt, with or without echo.',
      }),
    ),
  }),
);
export type CompletionLogprobs = Static<typeof CompletionLogprobs>;
