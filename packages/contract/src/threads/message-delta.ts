/** Deltas of a streamed message. */
import Type, { type Static } from 'typebox';
import { named, oneOf, tagged } from '../schema.ts';
import { FileId, span } from './content.ts';

const index = Type.Integer({ minimum: 0, description: 'Which annotation of the text it is, from 0.' });

export const MessageDeltaContentTextAnnotationsFileCitationObject = named(
  'MessageDeltaContentTextAnnotationsFileCitationObject',
  Type.Object({ index, type: Type.Literal('file_citation'), ...span, file_citation: FileId }),
);
export const MessageDeltaContentTextAnnotationsFilePathObject = named(
  'MessageDeltaContentTextAnnotationsFilePathObject',
  Type.Object({ index, type: Type.Literal('file_path'), ...span, file_path: FileId }),
);

export const MessageDeltaContentTextObject = named(
  'MessageDeltaContentTextObject',
  Type.Object({
    index: Type.Integer({ description: 'Which part of the content it belongs to, from 0.' }),
    type: Type.Literal('text'),
    text: Type.Optional(
      Type.Object({
        value: Type.Optional(Type.String({ description: 'What follows the text so far.' })),
        annotations: Type.Optional(
          Type.Array(
            tagged('type', [
              MessageDeltaContentTextAnnotationsFileCitationObject,
              MessageDeltaContentTextAnnotationsFilePathObject,
            ]),
          ),
        ),
      }),
    ),
  }),
);

export const MessageDeltaContentImageFileObject = named(
  'MessageDeltaContentImageFileObject',
  Type.Object({
    index: Type.Integer({ description: 'Which part of the content it is, from 0.' }),
    type: Type.Literal('image_file'),
    image_file: Type.Optional(
      Type.Object({
        file_id: Type.Optional(Type.String({ description: 'Id of the image.' })),
        detail: Type.Optional(oneOf(['auto', 'low', 'high'])),
      }),
    ),
  }),
);

export const MessageDeltaObject = named(
  'MessageDeltaObject',
  Type.Object({
    id: Type.String(),
    object: Type.Literal('thread.message.delta'),
    delta: Type.Object({
      role: Type.Optional(oneOf(['user', 'assistant'])),
      content: Type.Optional(
        Type.Array(tagged('type', [MessageDeltaContentImageFileObject, MessageDeltaContentTextObject])),
      ),
    }),
  }),
);
export type MessageDeltaObject = Static<typeof MessageDeltaObject>;
