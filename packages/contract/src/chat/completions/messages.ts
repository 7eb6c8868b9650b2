/** The messages of a chat request: one closed schema per `role`. */
import Type, { type Static } from 'typebox';
import { MAX_CONTENT_PARTS } from '../../ceilings.ts';
import { named, nullable, ref, tagged } from '../../schema.ts';
import {
  ChatCompletionRequestAssistantMessageContentPart,
  ChatCompletionRequestUserMessageContentPart,
  textContent,
} from './content-parts.ts';
import { ChatCompletionMessageToolCalls } from './tool-calls.ts';

const participant = () => Type.Optional(Type.String({ description: 'Distinguishes participants with the same role.' }));

export const ChatCompletionRequestDeveloperMessage = named(
  'ChatCompletionRequestDeveloperMessage',
  Type.Object({
    role: Type.Literal('developer'),
    content: textContent('Instructions that rank above what users say.'),
    name: participant(),
  }),
);
export type ChatCompletionRequestDeveloperMessage = Static<typeof ChatCompletionRequestDeveloperMessage>;

export const ChatCompletionRequestSystemMessage = named(
  'ChatCompletionRequestSystemMessage',
  Type.Object({
    role: Type.Literal('system'),
    content: textContent('Instructions that rank above what users say.'),
    name: participant(),
  }),
);
export type ChatCompletionRequestSystemMessage = Static<typeof ChatCompletionRequestSystemMessage>;

export const ChatCompletionRequestUserMessage = named(
  'ChatCompletionRequestUserMessage',
  Type.Object({
    role: Type.Literal('user'),
    content: Type.Union([
      Type.String(),
      Type.Array(ref(ChatCompletionRequestUserMessageContentPart), { minItems: 1, maxItems: MAX_CONTENT_PARTS }),
    ]),
    name: participant(),
  }),
);
export type ChatCompletionRequestUserMessage = Static<typeof ChatCompletionRequestUserMessage>;

/** Clients may send the message of an answer back unchanged: properties that the model does not read are ignored. */
export const ChatCompletionRequestAssistantMessage = named(
  'ChatCompletionRequestAssistantMessage',
  Type.Object({
    role: Type.Literal('assistant'),
    content: Type.Optional(
      nullable(
        Type.Union([
          Type.String(),
          Type.Array(ref(ChatCompletionRequestAssistantMessageContentPart), {
            minItems: 1,
            maxItems: MAX_CONTENT_PARTS,
          }),
        ]),
        { description: 'Required unless the message calls tools or a function.' },
      ),
    ),
    refusal: Type.Optional(nullable(Type.String(), { description: 'The text of a refusal.' })),
    name: participant(),
    audio: Type.Optional(
      nullable(
        Type.Object({
          id: Type.String({ description: 'Id of the audio of an earlier answer.' }),
        }),
      ),
    ),
    tool_calls: Type.Optional(ref(ChatCompletionMessageToolCalls)),
    function_call: Type.Optional(
      nullable(Type.Object({ name: Type.String(), arguments: Type.String() }), { deprecated: true }),
    ),
  }),
);
export type ChatCompletionRequestAssistantMessage = Static<typeof ChatCompletionRequestAssistantMessage>;

export const ChatCompletionRequestToolMessage = named(
  'ChatCompletionRequestToolMessage',
  Type.Object({
    role: Type.Literal('tool'),
    content: textContent('What the tool returned.'),
    tool_call_id: Type.String({ description: 'Id of the call that this message is the result of.' }),
    name: participant(),
  }),
);
export type ChatCompletionRequestToolMessage = Static<typeof ChatCompletionRequestToolMessage>;

export const ChatCompletionRequestFunctionMessage = named(
  'ChatCompletionRequestFunctionMessage',
  Type.Object(
    {
      role: Type.Literal('function'),
      content: nullable(Type.String(), { description: 'What the function returned.' }),
      name: Type.String({ description: 'The function that was called.' }),
    },
    { deprecated: true },
  ),
);
export type ChatCompletionRequestFunctionMessage = Static<typeof ChatCompletionRequestFunctionMessage>;

export const ChatCompletionRequestMessage = named(
  'ChatCompletionRequestMessage',
  tagged('role', [
    ChatCompletionRequestDeveloperMessage,
    ChatCompletionRequestSystemMessage,
    ChatCompletionRequestUserMessage,
    ChatCompletionRequestAssistantMessage,
    ChatCompletionRequestToolMessage,
    ChatCompletionRequestFunctionMessage,
  ]),
);
export type ChatCompletionRequestMessage = Static<typeof ChatCompletionRequestMessage>;
