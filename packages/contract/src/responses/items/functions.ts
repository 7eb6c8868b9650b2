/** Calls of functions and custom tools, and their outputs. */
import Type, { type Static } from 'typebox';
import { named, nullable, oneOf, ref, tagged } from '../../schema.ts';
import { ToolCallCaller, ToolCallCallerParam } from '../callers.ts';
import {
  FunctionAndCustomToolCallOutput,
  InputFileContentParam,
  InputImageContentParamAutoParam,
  InputTextContentParam,
} from '../content-params.ts';

export const FunctionCallItemStatus = named(
  'FunctionCallItemStatus',
  oneOf(['in_progress', 'completed', 'incomplete']),
);
export type FunctionCallItemStatus = Static<typeof FunctionCallItemStatus>;

export const FunctionToolCall = named(
  'FunctionToolCall',
  Type.Object({
    id: Type.Optional(Type.String()),
    type: Type.Literal('function_call'),
    call_id: Type.String(),
    caller: Type.Optional(nullable(ref(ToolCallCaller))),
    namespace: Type.Optional(Type.String()),
    name: Type.String(),
    arguments: Type.String(),
    status: Type.Optional(oneOf(['in_progress', 'completed', 'incomplete'])),
  }),
);
export type FunctionToolCall = Static<typeof FunctionToolCall>;

export const FunctionCallOutputItemParam = named(
  'FunctionCallOutputItemParam',
  Type.Object({
    id: Type.Optional(nullable(Type.String())),
    call_id: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 64 }))),
    type: Type.Literal('function_call_output', { default: 'function_call_output' }),
    output: Type.Union([
      Type.String({ maxLength: 10485760 }),
      Type.Array(tagged('type', [InputTextContentParam, InputImageContentParamAutoParam, InputFileContentParam])),
    ]),
    name: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 128 }))),
    namespace: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-zA-Z0-9_-]+$' }))),
    caller: Type.Optional(nullable(ref(ToolCallCallerParam))),
    status: Type.Optional(nullable(ref(FunctionCallItemStatus))),
  }),
);
export type FunctionCallOutputItemParam = Static<typeof FunctionCallOutputItemParam>;

export const CustomToolCallOutput = named(
  'CustomToolCallOutput',
  Type.Object({
    type: Type.Literal('custom_tool_call_output'),
    id: Type.Optional(Type.String()),
    call_id: Type.String(),
    caller: Type.Optional(nullable(ref(ToolCallCallerParam))),
    output: Type.Union([Type.String(), Type.Array(ref(FunctionAndCustomToolCallOutput))]),
  }),
);
export type CustomToolCallOutput = Static<typeof CustomToolCallOutput>;

export const CustomToolCall = named(
  'CustomToolCall',
  Type.Object({
    type: Type.Literal('custom_tool_call'),
    id: Type.Optional(Type.String()),
    call_id: Type.String(),
    caller: Type.Optional(nullable(ref(ToolCallCaller))),
    namespace: Type.Optional(Type.String()),
    name: Type.String(),
    input: Type.String(),
  }),
);
export type CustomToolCall = Static<typeof CustomToolCall>;

export const FunctionCallStatus = named('FunctionCallStatus', oneOf(['in_progress', 'completed', 'incomplete']));
export type FunctionCallStatus = Static<typeof FunctionCallStatus>;

export const FunctionToolCallResource = named(
  'FunctionToolCallResource',
  Type.Object({
    id: Type.String(),
    type: Type.Literal('function_call'),
    call_id: Type.String(),
    caller: Type.Optional(nullable(ref(ToolCallCaller))),
    namespace: Type.Optional(Type.String()),
    name: Type.String(),
    arguments: Type.String(),
    status: ref(FunctionCallStatus),
    created_by: Type.Optional(Type.String()),
  }),
);
export type FunctionToolCallResource = Static<typeof FunctionToolCallResource>;

export const FunctionCallOutputStatusEnum = named(
  'FunctionCallOutputStatusEnum',
  oneOf(['in_progress', 'completed', 'incomplete']),
);
export type FunctionCallOutputStatusEnum = Static<typeof FunctionCallOutputStatusEnum>;

export const FunctionToolCallOutput = named(
  'FunctionToolCallOutput',
  Type.Object({
    id: Type.Optional(Type.String()),
    type: Type.Literal('function_call_output'),
    call_id: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    namespace: Type.Optional(Type.String()),
    caller: Type.Optional(nullable(ref(ToolCallCallerParam))),
    output: Type.Union([Type.String(), Type.Array(ref(FunctionAndCustomToolCallOutput))]),
    status: Type.Optional(oneOf(['in_progress', 'completed', 'incomplete'])),
  }),
);
export type FunctionToolCallOutput = Static<typeof FunctionToolCallOutput>;

export const FunctionToolCallOutputResource = named(
  'FunctionToolCallOutputResource',
  Type.Object({
    id: Type.String(),
    type: Type.Literal('function_call_output'),
    call_id: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    namespace: Type.Optional(Type.String()),
    caller: Type.Optional(nullable(ref(ToolCallCallerParam))),
    output: Type.Union([Type.String(), Type.Array(ref(FunctionAndCustomToolCallOutput))]),
    status: ref(FunctionCallOutputStatusEnum),
    created_by: Type.Optional(Type.String()),
  }),
);
export type FunctionToolCallOutputResource = Static<typeof FunctionToolCallOutputResource>;

export const CustomToolCallOutputResource = named(
  'CustomToolCallOutputResource',
  Type.Object({
    type: Type.Literal('custom_tool_call_output'),
    id: Type.String(),
    call_id: Type.String(),
    caller: Type.Optional(nullable(ref(ToolCallCallerParam))),
    output: Type.Union([Type.String(), Type.Array(ref(FunctionAndCustomToolCallOutput))]),
    status: ref(FunctionCallOutputStatusEnum),
    created_by: Type.Optional(Type.String()),
  }),
);
export type CustomToolCallOutputResource = Static<typeof CustomToolCallOutputResource>;

export const CustomToolCallResource = named(
  'CustomToolCallResource',
  Type.Object({
    type: Type.Literal('custom_tool_call'),
    id: Type.String(),
    call_id: Type.String(),
    caller: Type.Optional(nullable(ref(ToolCallCaller))),
    namespace: Type.Optional(Type.String()),
    name: Type.String(),
    input: Type.String(),
    status: ref(FunctionCallStatus),
    created_by: Type.Optional(Type.String()),
  }),
);
export type CustomToolCallResource = Static<typeof CustomToolCallResource>;
