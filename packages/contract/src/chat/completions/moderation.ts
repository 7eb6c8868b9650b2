/** Moderation of input and output within a chat request, and its results in the answer. */
import Type, { type Static } from 'typebox';
import { mapOf, named, nullable, oneOf, ref, tagged } from '../../schema.ts';

export const ModerationMode = named(
  'ModerationMode',
  oneOf(['score', 'block'], { description: 'Whether flagged content is only reported, or refused.' }),
);
export type ModerationMode = Static<typeof ModerationMode>;

export const ModerationConfigParam = named('ModerationConfigParam', Type.Object({ mode: ref(ModerationMode) }));
export type ModerationConfigParam = Static<typeof ModerationConfigParam>;

export const ModerationPolicyParam = named(
  'ModerationPolicyParam',
  Type.Object({
    input: Type.Optional(nullable(ref(ModerationConfigParam), { description: 'Moderation of the input.' })),
    output: Type.Optional(nullable(ref(ModerationConfigParam), { description: 'Moderation of the output.' })),
  }),
);
export type ModerationPolicyParam = Static<typeof ModerationPolicyParam>;

export const ModerationParam = named(
  'ModerationParam',
  Type.Object({
    model: Type.String({ description: 'The moderation model.' }),
    policy: Type.Optional(nullable(ref(ModerationPolicyParam))),
  }),
);
export type ModerationParam = Static<typeof ModerationParam>;

export const ModerationInputType = named('ModerationInputType', oneOf(['text', 'image']));
export type ModerationInputType = Static<typeof ModerationInputType>;

export const ModerationResultBody = named(
  'ModerationResultBody',
  Type.Object({
    type: Type.Literal('moderation_result', { default: 'moderation_result' }),
    model: Type.String({ description: 'The moderation model.' }),
    flagged: Type.Boolean({ description: 'Whether any category applies.' }),
    categories: mapOf(Type.Boolean(), { description: 'Category to verdict.' }),
    category_scores: mapOf(Type.Number(), { description: 'Category to score.' }),
    category_applied_input_types: mapOf(Type.Array(ref(ModerationInputType)), {
      description: 'Category to the types of input that were moderated.',
    }),
  }),
);
export type ModerationResultBody = Static<typeof ModerationResultBody>;

export const ChatCompletionModerationResults = named(
  'ChatCompletionModerationResults',
  Type.Object({
    type: Type.Literal('moderation_results'),
    model: Type.String({ description: 'The moderation model.' }),
    results: Type.Array(ref(ModerationResultBody)),
  }),
);
export type ChatCompletionModerationResults = Static<typeof ChatCompletionModerationResults>;

export const ChatCompletionModerationError = named(
  'ChatCompletionModerationError',
  Type.Object({
    type: Type.Literal('error'),
    code: Type.String({ description: 'Stable code of the failure.' }),
    message: Type.String({ description: 'What went wrong.' }),
  }),
);
export type ChatCompletionModerationError = Static<typeof ChatCompletionModerationError>;

const outcome = () => tagged('type', [ChatCompletionModerationResults, ChatCompletionModerationError]);

export const ChatCompletionModeration = named(
  'ChatCompletionModeration',
  Type.Object({ input: outcome(), output: outcome() }),
);
export type ChatCompletionModeration = Static<typeof ChatCompletionModeration>;
