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
    model: Type.String({ description: 'Id of the model.' }),
    prompt: Type.Optional(
      nullable(Type.Union([Type.String(), Type.Array(Type.String(), several), tokens, Type.Array(tokens, several)]), {
        default: '<|endoftext|>',
        description:
          'One or more texts, or the token ids of one or more texts. An absent or empty prompt starts a new text.',
      }),
    ),
    ...samplingParams,
    seed: seedParam(),
    max_tokens: Type.Optional(
      nullable(Type.Integer({ minimum: 0, maximum: MAX_COUNT, default: 16 }), {
        description: 'Maximum tokens to generate per choice. 0 only scores or echoes the prompt.',
      }),
    ),
    n: choicesParam('How many choices to generate for each prompt.'),
    best_of: Type.Optional(
      nullable(Type.Integer({ minimum: 0, maximum: 20, default: 1 }), {
        description:
          'Number of choices to generate per prompt. The `n` choices with the highest mean log probability per token are returned.',
      }),
    ),
    logprobs: Type.Optional(
      nullable(Type.Integer({ minimum: 0, maximum: 5 }), {
        default: null,
        description: 'Number of most likely tokens to return at each position, in addition to the sampled token.',
      }),
    ),
    echo: Type.Optional(
      nullable(Type.Boolean({ default: false }), { description: 'Whether the text starts with the prompt.' }),
    ),
    suffix: Type.Optional(nullable(Type.String(), { default: null, description: 'Text after the completion.' })),
    stream: streamParam,
    stream_options: Type.Optional(ref(ChatCompletionStreamOptions)),
    user: Type.Optional(hint(userParam())),
  }),
);
export type CreateCompletionRequest = Static<typeof CreateCompletionRequest>;
