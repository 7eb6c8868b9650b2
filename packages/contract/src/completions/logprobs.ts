/** Log probabilities in the form of legacy completions: parallel lists with one item per token. */
import Type, { type Static } from 'typebox';
import { mapOf, named, nullable } from '../schema.ts';

export const CompletionLogprobs = named(
  'CompletionLogprobs',
  Type.Object({
    tokens: Type.Optional(
      Type.Array(Type.String(), {
        description: 'The tokens of the text. One that is no whole character stands as `bytes:` and its bytes.',
      }),
    ),
    token_logprobs: Type.Optional(
      Type.Array(nullable(Type.Number()), {
        description:
          'Natural logarithms of their probabilities, -9999.0 when negligible; null for a token that follows nothing.',
      }),
    ),
    top_logprobs: Type.Optional(
      Type.Array(nullable(mapOf(Type.Number())), {
        description: 'The likeliest tokens in each place, and the one that stands there.',
      }),
    ),
    text_offset: Type.Optional(
      Type.Array(Type.Integer(), {
        description: 'Where each token begins, in characters from the beginning of the prompt, echoed or not.',
      }),
    ),
  }),
);
export type CompletionLogprobs = Static<typeof CompletionLogprobs>;
