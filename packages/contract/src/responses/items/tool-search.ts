/** Calls of tool search, their outputs, and additional tools. */
import Type, { type Static } from 'typebox';
import { anyObject, named, nullable, ref } from '../../schema.ts';
import { ToolSearchExecutionType } from '../callers.ts';
import { Tool } from '../tools.ts';
import { FunctionCallItemStatus, FunctionCallOutputStatusEnum, FunctionCallStatus } from './functions.ts';
import { MessageRole } from './messages.ts';

export const ToolSearchCallItemParam = named(
  'ToolSearchCallItemParam',
  Type.Object({
    id: Type.Optional(nullable(Type.String())),
    call_id: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 64 }))),
    type: Type.Literal('tool_search_call', { default: 'tool_search_call' }),
    execution: Type.Optional(ref(ToolSearchExecutionType)),
    arguments: anyObject(),
    status: Type.Optional(nullable(ref(FunctionCallItemStatus))),
  }),
);
export type ToolSearchCallItemParam = Static<typeof ToolSearchCallItemParam>;

export const ToolSearchOutputItemParam = named(
  'ToolSearchOutputItemParam',
  Type.Object({
    id: Type.Optional(nullable(Type.String())),
    call_id: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 64 }))),
    type: Type.Literal('tool_search_output', { default: 'tool_search_output' }),
    execution: Type.Optional(ref(ToolSearchExecutionType)),
    tools: Type.Array(ref(Tool)),
    status: Type.Optional(nullable(ref(FunctionCallItemStatus))),
  }),
);
export type ToolSearchOutputItemParam = Static<typeof ToolSearchOutputItemParam>;

export const AdditionalToolsItemParam = named(
  'AdditionalToolsItemParam',
  Type.Object({
    id: Type.Optional(nullable(Type.String())),
    type: Type.Literal('additional_tools', { default: 'additional_tools' }),
    role: Type.Literal('developer', { default: 'developer' }),
    tools: Type.Array(ref(Tool)),
  }),
);
export type AdditionalToolsItemParam = Static<typeof AdditionalToolsItemParam>;

export const ToolSearchCall = named(
  'ToolSearchCall',
  Type.Object({
    type: Type.Literal('tool_search_call', { default: 'tool_search_call' }),
    id: Type.String(),
    call_id: nullable(Type.String()),
    execution: ref(ToolSearchExecutionType),
    arguments: Type.Unknown(),
    status: ref(FunctionCallStatus),
    created_by: Type.Optional(Type.String()),
  }),
);
export type ToolSearchCall = Static<typeof ToolSearchCall>;

export const ToolSearchOutput = named(
  'ToolSearchOutput',
  Type.Object({
    type: Type.Literal('tool_search_output', { default: 'tool_search_output' }),
    id: Type.String(),
    call_id: nullable(Type.String()),
    execution: ref(ToolSearchExecutionType),
    tools: Type.Array(ref(Tool)),
    status: ref(FunctionCallOutputStatusEnum),
    created_by: Type.Optional(Type.String()),
  }),
);
export type ToolSearchOutput = Static<typeof ToolSearchOutput>;

export const AdditionalTools = named(
  'AdditionalTools',
  Type.Object({
    type: Type.Literal('additional_tools', { default: 'additional_tools' }),
    id: Type.String(),
    role: ref(MessageRole),
    tools: Type.Array(ref(Tool)),
  }),
);
export type AdditionalTools = Static<typeof AdditionalTools>;
