/** Token counts of one text generation. */
import Type, { type Static } from 'typebox';
import { named } from '../schema.ts';

const count = (description: string) => Type.Optional(Type.Integer({ default: 0, description }));

export const CompletionUsage = named(
  'CompletionUsage',
  Type.Object({
    prompt_tokens: Type.Integer({ default: 0, description: 'Tokens of the prompt.' }),
    completion_tokens: Type.Integer({ default: 0, description: 'Generated tokens of all choices.' }),
    total_tokens: Type.Integer({ default: 0, description: 'Sum of prompt and completion tokens.' }),
    completion_tokens_details: Type.Optional(
      Type.Object({
        accepted_prediction_tokens: count('Tokens of the prediction that appear in the answer.'),
        audio_tokens: count('Tokens of generated audio.'),
        reasoning_tokens: count('Tokens spent on reasoning.'),
        rejected_prediction_tokens: count('Tokens of the prediction that do not appear in the answer.'),
        text_tokens: Type.Optional(Type.Integer({ description: 'Tokens of generated text.' })),
      }),
    ),
    prompt_tokens_details: Type.Optional(
      Type.Object({
        audio_tokens: count('Tokens of audio input.'),
        cached_tokens: count('Tokens of the prompt that were read from the cache.'),
        cache_write_tokens: count('Tokens of the prompt that were written to the cache.'),
        image_tokens: Type.Optional(Type.Integer({ description: 'Tokens of image input.' })),
        text_tokens: Type.Optional(Type.Integer({ description: 'Tokens of text input.' })),
      }),
    ),
  }),
);
export type CompletionUsage = Static<typeof CompletionUsage>;
