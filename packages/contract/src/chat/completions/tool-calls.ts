/** Tool calls in answers, and the same calls in later requests. */
import Type, { type Static } from 'typebox';
import { named, tagged } from '../../schema.ts';

export const ChatCompletionMessageToolCall = named(
  'ChatCompletionMessageToolCall',
  Type.Object({
    id: Type.String({ description: 'Id that the tool message refers to.' }),
    type: Type.Literal('function'),
    function: Type.Object({
      name: Type.String({ description: 'The function to call.' }),
      arguments: Type.String({
        description: 'Arguments as JSON text. Truncated if the token limit ended the answer.',
      }),
    }),
  }),
);
export type ChatCompletionMessageToolCall = Static<typeof ChatCompletionMessageToolCall>;

export const ChatCompletionMessageCustomToolCall = named(
  'ChatCompletionMessageCustomToolCall',
  Type.Object({
    id: Type.String({ description: 'Id that the tool message refers to.' }),
    type: Type.Literal('custom'),
    custom: Type.Object({
      name: Type.String({ description: 'The custom tool to call.' }),
      input: Type.String({ description: 'The input that the model generated.' }),
    }),
  }),
);
export type ChatCompletionMessageCustomToolCall = Static<typeof ChatCompletionMessageCustomToolCall>;

export const ChatCompletionMessageToolCalls = named(
  'ChatCompletionMessageToolCalls',
  Type.Array(tagged('type', [ChatCompletionMessageToolCall, ChatCompletionMessageCustomToolCall])),
);
export type ChatCompletionMessageToolCalls = Static<typeof ChatCompletionMessageToolCalls>;
