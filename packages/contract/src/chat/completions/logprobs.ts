/** Log probabilities of generated tokens. */
import Type, { type Static } from 'typebox';
import { named, nullable, ref } from '../../schema.ts';

const tokenFields = {
  token: Type.String(),
  logprob: Type.Number({ description: 'Natural logarithm of the probability; -9999.0 when it is negligible.' }),
  bytes: nullable(Type.Array(Type.Integer()), { description: 'UTF-8 bytes of the token, or null if it has none.' }),
};

export const ChatCompletionTokenLogprob = named(
  'ChatCompletionTokenLogprob',
  Type.Object({
    ...tokenFields,
    top_logprobs: Type.Array(Type.Object(tokenFields), { description: 'The most likely tokens at this position.' }),
  }),
);
export type ChatCompletionTokenLogprob = Static<typeof ChatCompletionTokenLogprob>;

/** Log probabilities of a choice: of its text and of its refusal. */
export const ChatCompletionChoiceLogprobs = nullable(
  Type.Object({
    content: nullable(Type.Array(ref(ChatCompletionTokenLogprob))),
    refusal: nullable(Type.Array(ref(ChatCompletionTokenLogprob))),
  }),
);
export type ChatCompletionChoiceLogprobs = Static<typeof ChatCompletionChoiceLogprobs>;
