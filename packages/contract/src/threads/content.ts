/** Content parts of the messages of a thread, in requests and responses. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, tagged } from '../schema.ts';

/** Maximum characters of all texts of a message. */
export const MESSAGE_CHARACTERS = 256_000;

const detail = Type.Optional(
  oneOf(['auto', 'low', 'high'], {
    default: 'auto',
    description: 'Resolution at which the model processes the image.',
  }),
);

export const MessageContentImageFileObject = named(
  'MessageContentImageFileObject',
  Type.Object({
    type: Type.Literal('image_file'),
    image_file: Type.Object({ file_id: Type.String({ description: 'Id of the file that holds the image.' }), detail }),
  }),
);
export type MessageContentImageFileObject = Static<typeof MessageContentImageFileObject>;

export const MessageContentImageUrlObject = named(
  'MessageContentImageUrlObject',
  Type.Object({
    type: Type.Literal('image_url'),
    image_url: Type.Object({
      url: Type.String({ description: 'URL of a JPEG, PNG, GIF or WebP image.' }),
      detail,
    }),
  }),
);
export type MessageContentImageUrlObject = Static<typeof MessageContentImageUrlObject>;

export const MessageRequestContentTextObject = named(
  'MessageRequestContentTextObject',
  Type.Object({
    type: Type.Literal('text'),
    text: Type.String({ minLength: 1, maxLength: MESSAGE_CHARACTERS }),
  }),
);
export type MessageRequestContentTextObject = Static<typeof MessageRequestContentTextObject>;

export const MessageContentRefusalObject = named(
  'MessageContentRefusalObject',
  Type.Object({ type: Type.Literal('refusal'), refusal: Type.String() }),
);
export type MessageContentRefusalObject = Static<typeof MessageContentRefusalObject>;

export const FileId = Type.Object({ file_id: Type.String() });

/** The text of an annotation and its position in the message. */
export const span = {
  text: Type.String({ description: 'The text of the message that the annotation replaces.' }),
  start_index: Type.Integer({ minimum: 0 }),
  end_index: Type.Integer({ minimum: 0 }),
};

export const MessageContentTextAnnotationsFileCitationObject = named(
  'MessageContentTextAnnotationsFileCitationObject',
  Type.Object({ type: Type.Literal('file_citation'), ...span, file_citation: FileId }),
);
export type MessageContentTextAnnotationsFileCitationObject = Static<
  typeof MessageContentTextAnnotationsFileCitationObject
>;
export const MessageContentTextAnnotationsFilePathObject = named(
  'MessageContentTextAnnotationsFilePathObject',
  Type.Object({ type: Type.Literal('file_path'), ...span, file_path: FileId }),
);
export type MessageContentTextAnnotationsFilePathObject = Static<typeof MessageContentTextAnnotationsFilePathObject>;

export const MessageContentTextObject = named(
  'MessageContentTextObject',
  Type.Object({
    type: Type.Literal('text'),
    text: Type.Object({
      value: Type.String(),
      annotations: Type.Array(
        tagged('type', [MessageContentTextAnnotationsFileCitationObject, MessageContentTextAnnotationsFilePathObject]),
      ),
    }),
  }),
);
export type MessageContentTextObject = Static<typeof MessageContentTextObject>;

/** A part in a request. */
export const messageContentParam = tagged('type', [
  MessageContentImageFileObject,
  MessageContentImageUrlObject,
  MessageRequestContentTextObject,
]);

/** A part in a response. */
export const messageContent = tagged('type', [
  MessageContentImageFileObject,
  MessageContentImageUrlObject,
  MessageContentTextObject,
  MessageContentRefusalObject,
]);
export type MessageContent = Static<typeof messageContent>;

/** Whether a message is complete, in both versions. */
export const messageStatus = {
  status: oneOf(['in_progress', 'incomplete', 'completed']),
  incomplete_details: nullable(
    Type.Object({
      reason: oneOf(['content_filter', 'max_tokens', 'run_cancelled', 'run_expired', 'run_failed']),
    }),
    { description: 'Why the message is incomplete.' },
  ),
  completed_at: nullable(Type.Integer(), { description: 'Unix time in seconds.' }),
  incomplete_at: nullable(Type.Integer(), { description: 'Unix time in seconds.' }),
};
