/** Functions and custom tools, which the client runs, and namespaces of them. */
import Type, { type Static } from 'typebox';
import { anyObject, named, nullable, oneOf, ref, tagged } from '../../schema.ts';
import { CallableToolAllowedCaller, ToolSearchExecutionType } from '../callers.ts';

export const FunctionTool = named(
  'FunctionTool',
  Type.Object({
    type: Type.Literal('function', { default: 'function' }),
    name: Type.String(),
    description: Type.Optional(nullable(Type.String())),
    parameters: nullable(anyObject()),
    output_schema: Type.Optional(nullable(anyObject())),
    strict: nullable(Type.Boolean()),
    defer_loading: Type.Optional(Type.Boolean()),
    allowed_callers: Type.Optional(nullable(Type.Array(ref(CallableToolAllowedCaller)))),
  }),
);
export type FunctionTool = Static<typeof FunctionTool>;

export const FunctionToolParam = named(
  'FunctionToolParam',
  Type.Object({
    name: Type.String({
      minLength: 1,
      maxLength: 128,
      pattern: '^[a-zA-Z0-9_-]+$',
      description: 'Name of the function.',
    }),
    description: Type.Optional(nullable(Type.String(), { description: 'What the function does and when to call it.' })),
    parameters: Type.Optional(nullable(anyObject(), { description: 'JSON Schema of the arguments.' })),
    strict: Type.Optional(
      nullable(Type.Boolean(), { description: 'Whether the arguments must follow the schema exactly.' }),
    ),
    type: Type.Literal('function', { default: 'function' }),
    output_schema: Type.Optional(nullable(anyObject())),
    defer_loading: Type.Optional(Type.Boolean()),
    allowed_callers: Type.Optional(nullable(Type.Array(ref(CallableToolAllowedCaller), { minItems: 1 }))),
  }),
);
export type FunctionToolParam = Static<typeof FunctionToolParam>;

export const CustomTextFormatParam = named(
  'CustomTextFormatParam',
  Type.Object({ type: Type.Literal('text', { default: 'text' }) }),
);
export type CustomTextFormatParam = Static<typeof CustomTextFormatParam>;

export const GrammarSyntax1 = named('GrammarSyntax1', oneOf(['lark', 'regex']));
export type GrammarSyntax1 = Static<typeof GrammarSyntax1>;

export const CustomGrammarFormatParam = named(
  'CustomGrammarFormatParam',
  Type.Object({
    type: Type.Literal('grammar', { default: 'grammar' }),
    syntax: ref(GrammarSyntax1),
    definition: Type.String({ description: 'The grammar.' }),
  }),
);
export type CustomGrammarFormatParam = Static<typeof CustomGrammarFormatParam>;

export const CustomToolParam = named(
  'CustomToolParam',
  Type.Object({
    type: Type.Literal('custom', { default: 'custom' }),
    name: Type.String({ description: 'Name of the tool.' }),
    description: Type.Optional(Type.String({ description: 'What the tool does and when to call it.' })),
    format: Type.Optional(tagged('type', [CustomTextFormatParam, CustomGrammarFormatParam])),
    defer_loading: Type.Optional(Type.Boolean()),
    allowed_callers: Type.Optional(nullable(Type.Array(ref(CallableToolAllowedCaller), { minItems: 1 }))),
  }),
);
export type CustomToolParam = Static<typeof CustomToolParam>;

export const NamespaceToolParam = named(
  'NamespaceToolParam',
  Type.Object({
    type: Type.Literal('namespace', { default: 'namespace' }),
    name: Type.String({ minLength: 1 }),
    description: Type.String(),
    tools: Type.Array(tagged('type', [FunctionToolParam, CustomToolParam]), { minItems: 1 }),
  }),
);
export type NamespaceToolParam = Static<typeof NamespaceToolParam>;

export const ToolSearchToolParam = named(
  'ToolSearchToolParam',
  Type.Object({
    type: Type.Literal('tool_search', { default: 'tool_search' }),
    execution: Type.Optional(ref(ToolSearchExecutionType)),
    description: Type.Optional(nullable(Type.String())),
    parameters: Type.Optional(nullable(anyObject(), { description: 'JSON Schema of the arguments.' })),
  }),
);
export type ToolSearchToolParam = Static<typeof ToolSearchToolParam>;

export const ProgrammaticToolCallingParam = named(
  'ProgrammaticToolCallingParam',
  Type.Object({ type: Type.Literal('programmatic_tool_calling', { default: 'programmatic_tool_calling' }) }),
);
export type ProgrammaticToolCallingParam = Static<typeof ProgrammaticToolCallingParam>;
