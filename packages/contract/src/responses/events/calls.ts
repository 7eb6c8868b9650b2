/** Events of calls of functions, custom tools, searches and MCP tools. */
import Type, { type Static } from 'typebox';
import { named } from '../../schema.ts';

export const ResponseFunctionCallArgumentsDeltaEvent = named(
  'ResponseFunctionCallArgumentsDeltaEvent',
  Type.Object({
    type: Type.Literal('response.function_call_arguments.delta'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    sequence_number: Type.Integer(),
    delta: Type.String(),
  }),
);
export type ResponseFunctionCallArgumentsDeltaEvent = Static<typeof ResponseFunctionCallArgumentsDeltaEvent>;

export const ResponseFunctionCallArgumentsDoneEvent = named(
  'ResponseFunctionCallArgumentsDoneEvent',
  Type.Object({
    type: Type.Literal('response.function_call_arguments.done'),
    item_id: Type.String(),
    name: Type.String(),
    output_index: Type.Integer(),
    sequence_number: Type.Integer(),
    arguments: Type.String(),
  }),
);
export type ResponseFunctionCallArgumentsDoneEvent = Static<typeof ResponseFunctionCallArgumentsDoneEvent>;

export const ResponseCustomToolCallInputDeltaEvent = named(
  'ResponseCustomToolCallInputDeltaEvent',
  Type.Object({
    type: Type.Literal('response.custom_tool_call_input.delta'),
    sequence_number: Type.Integer(),
    output_index: Type.Integer(),
    item_id: Type.String(),
    delta: Type.String(),
  }),
);
export type ResponseCustomToolCallInputDeltaEvent = Static<typeof ResponseCustomToolCallInputDeltaEvent>;

export const ResponseCustomToolCallInputDoneEvent = named(
  'ResponseCustomToolCallInputDoneEvent',
  Type.Object({
    type: Type.Literal('response.custom_tool_call_input.done'),
    sequence_number: Type.Integer(),
    output_index: Type.Integer(),
    item_id: Type.String(),
    input: Type.String(),
  }),
);
export type ResponseCustomToolCallInputDoneEvent = Static<typeof ResponseCustomToolCallInputDoneEvent>;

export const ResponseFileSearchCallInProgressEvent = named(
  'ResponseFileSearchCallInProgressEvent',
  Type.Object({
    type: Type.Literal('response.file_search_call.in_progress'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseFileSearchCallInProgressEvent = Static<typeof ResponseFileSearchCallInProgressEvent>;

export const ResponseFileSearchCallSearchingEvent = named(
  'ResponseFileSearchCallSearchingEvent',
  Type.Object({
    type: Type.Literal('response.file_search_call.searching'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseFileSearchCallSearchingEvent = Static<typeof ResponseFileSearchCallSearchingEvent>;

export const ResponseFileSearchCallCompletedEvent = named(
  'ResponseFileSearchCallCompletedEvent',
  Type.Object({
    type: Type.Literal('response.file_search_call.completed'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseFileSearchCallCompletedEvent = Static<typeof ResponseFileSearchCallCompletedEvent>;

export const ResponseWebSearchCallInProgressEvent = named(
  'ResponseWebSearchCallInProgressEvent',
  Type.Object({
    type: Type.Literal('response.web_search_call.in_progress'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseWebSearchCallInProgressEvent = Static<typeof ResponseWebSearchCallInProgressEvent>;

export const ResponseWebSearchCallSearchingEvent = named(
  'ResponseWebSearchCallSearchingEvent',
  Type.Object({
    type: Type.Literal('response.web_search_call.searching'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseWebSearchCallSearchingEvent = Static<typeof ResponseWebSearchCallSearchingEvent>;

export const ResponseWebSearchCallCompletedEvent = named(
  'ResponseWebSearchCallCompletedEvent',
  Type.Object({
    type: Type.Literal('response.web_search_call.completed'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseWebSearchCallCompletedEvent = Static<typeof ResponseWebSearchCallCompletedEvent>;

export const ResponseMCPCallArgumentsDeltaEvent = named(
  'ResponseMCPCallArgumentsDeltaEvent',
  Type.Object({
    type: Type.Literal('response.mcp_call_arguments.delta'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    delta: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseMCPCallArgumentsDeltaEvent = Static<typeof ResponseMCPCallArgumentsDeltaEvent>;

export const ResponseMCPCallArgumentsDoneEvent = named(
  'ResponseMCPCallArgumentsDoneEvent',
  Type.Object({
    type: Type.Literal('response.mcp_call_arguments.done'),
    output_index: Type.Integer(),
    item_id: Type.String(),
    arguments: Type.String(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseMCPCallArgumentsDoneEvent = Static<typeof ResponseMCPCallArgumentsDoneEvent>;

export const ResponseMCPCallCompletedEvent = named(
  'ResponseMCPCallCompletedEvent',
  Type.Object({
    type: Type.Literal('response.mcp_call.completed'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseMCPCallCompletedEvent = Static<typeof ResponseMCPCallCompletedEvent>;

export const ResponseMCPCallFailedEvent = named(
  'ResponseMCPCallFailedEvent',
  Type.Object({
    type: Type.Literal('response.mcp_call.failed'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseMCPCallFailedEvent = Static<typeof ResponseMCPCallFailedEvent>;

export const ResponseMCPCallInProgressEvent = named(
  'ResponseMCPCallInProgressEvent',
  Type.Object({
    type: Type.Literal('response.mcp_call.in_progress'),
    sequence_number: Type.Integer(),
    output_index: Type.Integer(),
    item_id: Type.String(),
  }),
);
export type ResponseMCPCallInProgressEvent = Static<typeof ResponseMCPCallInProgressEvent>;

export const ResponseMCPListToolsCompletedEvent = named(
  'ResponseMCPListToolsCompletedEvent',
  Type.Object({
    type: Type.Literal('response.mcp_list_tools.completed'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseMCPListToolsCompletedEvent = Static<typeof ResponseMCPListToolsCompletedEvent>;

export const ResponseMCPListToolsFailedEvent = named(
  'ResponseMCPListToolsFailedEvent',
  Type.Object({
    type: Type.Literal('response.mcp_list_tools.failed'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseMCPListToolsFailedEvent = Static<typeof ResponseMCPListToolsFailedEvent>;

export const ResponseMCPListToolsInProgressEvent = named(
  'ResponseMCPListToolsInProgressEvent',
  Type.Object({
    type: Type.Literal('response.mcp_list_tools.in_progress'),
    item_id: Type.String(),
    output_index: Type.Integer(),
    sequence_number: Type.Integer(),
  }),
);
export type ResponseMCPListToolsInProgressEvent = Static<typeof ResponseMCPListToolsInProgressEvent>;
