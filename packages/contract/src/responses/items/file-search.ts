/** Calls of file search. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, ref } from '../../schema.ts';
import { VectorStoreFileAttributes } from '../../vector-stores/attributes.ts';

export const FileSearchToolCall = named(
  'FileSearchToolCall',
  Type.Object({
    id: Type.String(),
    type: Type.Literal('file_search_call'),
    status: oneOf(['in_progress', 'searching', 'completed', 'incomplete', 'failed']),
    queries: Type.Array(Type.String()),
    results: Type.Optional(
      nullable(
        Type.Array(
          Type.Object({
            file_id: Type.Optional(Type.String()),
            text: Type.Optional(Type.String()),
            filename: Type.Optional(Type.String()),
            attributes: Type.Optional(ref(VectorStoreFileAttributes)),
            score: Type.Optional(Type.Number()),
          }),
        ),
      ),
    ),
  }),
);
export type FileSearchToolCall = Static<typeof FileSearchToolCall>;
