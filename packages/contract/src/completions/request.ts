/** The body of `POST /completions`: every parameter of the current API description. */
import Type, { type Static } from 'typebox';
import { ChatCompletionStreamOptions } from '../chat/completions/request.ts';
import { MAX_COUNT } from '../common/bounds.ts';
import { choicesParam, samplingParams, seedParam, streamParam, userParam } from '../common/sampling.ts';
import { hint, named, nullable, ref } from '../schema.ts';

const MAX_PROMPTS = 2048;
const several = { minItems: 1, maxItems: MAX_PROMPTS };
const tokens = Type.Array(Type.Integer({ minimum: 0, maximum: MAX_COUNT }), { minItems: 1 });

export const CreateCompletionRequest = named(
  'CreateCompletionRequest',
  Type.Object({
    model: Type.String({ description: 'Id of the model that goes on.' }),
    prompt: Type.Optional(
      nullable(Type.Union([Type.String(), Type.Array(Type.String(), several), tokens, Type.Array(tokens, several)]), {
        default: '<|endoftext|>',
        description:
          'One text, several texts, the token ids of one text, or those of several. Without it, or with an empty text, a new text begins.',
      }),
    ),
    ...samplingParams,
    seed: seedParam(),
    max_tokens: Type.Optional(
      nullable(Type.Integer({ minimum: 0, maximum: MAX_COUNT, default: 16 }), {
        description: 'Most tokens to generate for each choice. 0 only scores or repeats the prompt.',
      }),
    ),
    n: choicesParam('How many choices to generate for each prompt.'),
    best_of: Type.Optional(
      nullable(Type.Integer({ minimum: 0, maximum: 20, default: 1 }), {
        description:
          'How many choices to generate for each prompt, of which the `n` with the highest mean log probability of a token are returned.',
      }),
    ),
    logprobs: Type.Optional(
      nullable(Type.Integer({ minimum: 0, maximum: 5 }), {
        default: null,
        description: 'How many of the likeliest tokens to return at each place, beside the one that was drawn.',
      }),
    ),
    echo: Type.Optional(
      nullable(Type.Boolean({ default: false }), { description: 'Whether the text begins with the prompt.' }),
    ),
    suffix: Type.Optional(nullable(Type.String(), { default: null, description: 'What comes after the answer.' })),
    stream: streamParam,
    stream_options: Type.Optional(ref(ChatCompletionStreamOptions)),
    user: Type.Optional(hint(userParam())),
  }),
);
export type CreateCompletionRequest = Static<typeof CreateCompletionRequest>;
