/** Completions created with `store: true`. */
import Type, { type Static } from 'typebox';
import { Metadata } from '../../common/metadata.ts';
import { page } from '../../common/pages.ts';
import { named, ref } from '../../schema.ts';
import { CreateChatCompletionResponse } from './response.ts';

export const ChatCompletionList = page('ChatCompletionList', CreateChatCompletionResponse);
export type ChatCompletionList = Static<typeof ChatCompletionList>;

export const UpdateChatCompletionRequest = named(
  'UpdateChatCompletionRequest',
  Type.Object({ metadata: ref(Metadata, { description: 'Replaces the existing metadata.' }) }),
);
export type UpdateChatCompletionRequest = Static<typeof UpdateChatCompletionRequest>;

export const ChatCompletionDeleted = named(
  'ChatCompletionDeleted',
  Type.Object({
    object: Type.Literal('chat.completion.deleted'),
    id: Type.String(),
    deleted: Type.Boolean(),
  }),
);
export type ChatCompletionDeleted = Static<typeof ChatCompletionDeleted>;
