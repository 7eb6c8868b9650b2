/** Conversations: requests and objects. */
import Type, { type Static } from 'typebox';
import { Metadata } from '../common/metadata.ts';
import { inputItems } from '../responses/items.ts';
import { clearable, named, nullable, ref } from '../schema.ts';

/** The JSON contains images and files as base64. */
export const CONVERSATION_BYTES = 32 * 1024 * 1024;

/** Maximum items of a request. */
export const MAX_NEW_ITEMS = 20;

export const CreateConversationBody = named(
  'CreateConversationBody',
  Type.Object(
    {
      metadata: Type.Optional(nullable(ref(Metadata))),
      items: Type.Optional(
        nullable(inputItems(MAX_NEW_ITEMS), { description: 'The first items of the conversation, at most 20.' }),
      ),
    },
    { additionalProperties: false },
  ),
);
export type CreateConversationBody = Static<typeof CreateConversationBody>;

export const ConversationResource = named(
  'ConversationResource',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('conversation', { default: 'conversation' }),
    metadata: ref(Metadata),
    created_at: Type.Integer({ description: 'Unix time in seconds.' }),
  }),
);
export type ConversationResource = Static<typeof ConversationResource>;

export const DeletedConversationResource = named(
  'DeletedConversationResource',
  Type.Object({
    object: Type.Literal('conversation.deleted', { default: 'conversation.deleted' }),
    deleted: Type.Boolean(),
    id: Type.String(),
  }),
);
export type DeletedConversationResource = Static<typeof DeletedConversationResource>;

export const UpdateConversationBody = named(
  'UpdateConversationBody',
  clearable(Type.Object({ metadata: ref(Metadata) }, { additionalProperties: false })),
);
export type UpdateConversationBody = Static<typeof UpdateConversationBody>;
