/** The format of an answer: text, any JSON object, or JSON of a schema. */
import Type, { type Static } from 'typebox';
import { identifier } from '../../common/functions.ts';
import { anyObject, named, nullable, ref, tagged } from '../../schema.ts';

export const ResponseFormatText = named('ResponseFormatText', Type.Object({ type: Type.Literal('text') }));
export type ResponseFormatText = Static<typeof ResponseFormatText>;

export const ResponseFormatJsonObject = named(
  'ResponseFormatJsonObject',
  Type.Object({ type: Type.Literal('json_object') }),
);
export type ResponseFormatJsonObject = Static<typeof ResponseFormatJsonObject>;

export const ResponseFormatJsonSchemaSchema = named(
  'ResponseFormatJsonSchemaSchema',
  anyObject({ description: 'JSON Schema of the answer.' }),
);
export type ResponseFormatJsonSchemaSchema = Static<typeof ResponseFormatJsonSchemaSchema>;

export const ResponseFormatJsonSchema = named(
  'ResponseFormatJsonSchema',
  Type.Object({
    type: Type.Literal('json_schema'),
    json_schema: Type.Object({
      name: identifier('Name of the format.'),
      description: Type.Optional(Type.String({ description: 'Purpose of the format. The model reads it.' })),
      schema: Type.Optional(ref(ResponseFormatJsonSchemaSchema)),
      strict: Type.Optional(
        nullable(Type.Boolean({ default: false }), {
          description: 'Whether the answer must follow the schema exactly.',
        }),
      ),
    }),
  }),
);
export type ResponseFormatJsonSchema = Static<typeof ResponseFormatJsonSchema>;

export const ChatCompletionResponseFormat = tagged(
  'type',
  [ResponseFormatText, ResponseFormatJsonSchema, ResponseFormatJsonObject],
  { description: 'The format of the answer. Text when absent.' },
);
export type ChatCompletionResponseFormat = Static<typeof ChatCompletionResponseFormat>;
