/** Tools of a chat request, and the tool choice. */
import Type, { type Static } from 'typebox';
import { FunctionObject, FunctionParameters, identifier } from '../../common/functions.ts';
import { anyObject, named, oneOf, ref, tagged } from '../../schema.ts';

export const ChatCompletionTool = named(
  'ChatCompletionTool',
  Type.Object({ type: Type.Literal('function'), function: ref(FunctionObject) }),
);
export type ChatCompletionTool = Static<typeof ChatCompletionTool>;

/** The API description does not name these formats; a discriminated union requires names. */
export const CustomToolChatCompletionsTextFormat = named(
  'CustomToolChatCompletionsTextFormat',
  Type.Object({ type: Type.Literal('text') }, { additionalProperties: false, description: 'Any text.' }),
);
export type CustomToolChatCompletionsTextFormat = Static<typeof CustomToolChatCompletionsTextFormat>;

export const CustomToolChatCompletionsGrammarFormat = named(
  'CustomToolChatCompletionsGrammarFormat',
  Type.Object(
    {
      type: Type.Literal('grammar'),
      grammar: Type.Object({
        definition: Type.String({ description: 'The grammar.' }),
        syntax: oneOf(['lark', 'regex'], { description: 'The syntax of the grammar.' }),
      }),
    },
    { additionalProperties: false, description: 'Text that follows a grammar.' },
  ),
);
export type CustomToolChatCompletionsGrammarFormat = Static<typeof CustomToolChatCompletionsGrammarFormat>;

export const CustomToolChatCompletions = named(
  'CustomToolChatCompletions',
  Type.Object({
    type: Type.Literal('custom'),
    custom: Type.Object({
      name: Type.String({ description: 'Name of the tool.' }),
      description: Type.Optional(Type.String({ description: 'What the tool does and when to call it.' })),
      format: Type.Optional(
        tagged('type', [CustomToolChatCompletionsTextFormat, CustomToolChatCompletionsGrammarFormat], {
          description: 'Format of the input. Any text when absent.',
        }),
      ),
    }),
  }),
);
export type CustomToolChatCompletions = Static<typeof CustomToolChatCompletions>;

export const ChatCompletionAllowedTools = named(
  'ChatCompletionAllowedTools',
  Type.Object({
    mode: oneOf(['auto', 'required'], { description: 'Whether one of the tools must be called.' }),
    tools: Type.Array(anyObject({ description: 'Reference to a tool of the request.' })),
  }),
);
export type ChatCompletionAllowedTools = Static<typeof ChatCompletionAllowedTools>;

export const ChatCompletionAllowedToolsChoice = named(
  'ChatCompletionAllowedToolsChoice',
  Type.Object({ type: Type.Literal('allowed_tools'), allowed_tools: ref(ChatCompletionAllowedTools) }),
);
export type ChatCompletionAllowedToolsChoice = Static<typeof ChatCompletionAllowedToolsChoice>;

export const ChatCompletionNamedToolChoice = named(
  'ChatCompletionNamedToolChoice',
  Type.Object({
    type: Type.Literal('function'),
    function: Type.Object({ name: Type.String({ description: 'The function that must be called.' }) }),
  }),
);
export type ChatCompletionNamedToolChoice = Static<typeof ChatCompletionNamedToolChoice>;

export const ChatCompletionNamedToolChoiceCustom = named(
  'ChatCompletionNamedToolChoiceCustom',
  Type.Object({
    type: Type.Literal('custom'),
    custom: Type.Object({ name: Type.String({ description: 'The custom tool that must be called.' }) }),
  }),
);
export type ChatCompletionNamedToolChoiceCustom = Static<typeof ChatCompletionNamedToolChoiceCustom>;

export const ChatCompletionToolChoiceOption = named(
  'ChatCompletionToolChoiceOption',
  Type.Union(
    [
      oneOf(['none', 'auto', 'required']),
      tagged('type', [
        ChatCompletionAllowedToolsChoice,
        ChatCompletionNamedToolChoice,
        ChatCompletionNamedToolChoiceCustom,
      ]),
    ],
    { description: 'Which tool the model calls. Default: `none` without tools, else `auto`.' },
  ),
);
export type ChatCompletionToolChoiceOption = Static<typeof ChatCompletionToolChoiceOption>;

export const ChatCompletionFunctionCallOption = named(
  'ChatCompletionFunctionCallOption',
  Type.Object({ name: Type.String({ description: 'The function that must be called.' }) }),
);
export type ChatCompletionFunctionCallOption = Static<typeof ChatCompletionFunctionCallOption>;

export const ChatCompletionFunctions = named(
  'ChatCompletionFunctions',
  Type.Object(
    {
      name: identifier('Name of the function.'),
      description: Type.Optional(Type.String({ description: 'What the function does and when to call it.' })),
      parameters: Type.Optional(ref(FunctionParameters)),
    },
    { deprecated: true },
  ),
);
export type ChatCompletionFunctions = Static<typeof ChatCompletionFunctions>;
