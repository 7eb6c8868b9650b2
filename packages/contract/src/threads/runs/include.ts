/** `include[]`: optional properties of responses. */
import Type from 'typebox';
import { oneOf } from '../../schema.ts';

const includes = Type.Optional(
  Type.Array(oneOf(['step_details.tool_calls[*].file_search.results[*].content']), {
    description: 'Optional content to include: the results of file searches.',
  }),
);

export const includeParam = Type.Object({ include: includes });
