/** The response of `POST /completions` without streaming. */
import Type, { type Static } from 'typebox';
import { CompletionUsage } from '../common/usage.ts';
import { named, nullable, oneOf, ref } from '../schema.ts';
import { CompletionLogprobs } from './logprobs.ts';

export const COMPLETION_FINISH_REASONS = ['stop', 'length', 'content_filter'] as const;

/** Properties that the response and its chunks share. */
export const completionHead = {
  id: Type.String(),
  object: Type.Literal('text_completion'),
  created: Type.Integer({ description: 'Unix time in seconds.' }),
  model: Type.String({ description: 'The model that generated the text.' }),
  system_fingerprint: Type.Optional(Type.String({ description: 'Changes with the model file or the engine.' })),
};

/** Properties of a choice except its finish reason. */
export const completionChoice = {
  text: Type.String(),
  index: Type.Integer({ description: 'Choice i of prompt p has the index p·n + i.' }),
  logprobs: nullable(ref(CompletionLogprobs)),
};

export const CreateCompletionResponse = named(
  'CreateCompletionResponse',
  Type.Object({
    ...completionHead,
    choices: Type.Array(
      Type.Object({
        ...completionChoice,
        finish_reason: oneOf(COMPLETION_FINISH_REASONS, { description: 'Why the text ended.' }),
      }),
    ),
    usage: Type.Optional(ref(CompletionUsage)),
  }),
);
export type CreateCompletionResponse = Static<typeof CreateCompletionResponse>;
