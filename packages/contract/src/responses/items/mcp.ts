/** Calls of MCP tools, and their approval. */
import Type, { type Static } from 'typebox';
import { int32 } from '../../common/bounds.ts';
import { anyObject, named, nullable, oneOf, ref, tagged } from '../../schema.ts';

export const MCPListToolsTool = named(
  'MCPListToolsTool',
  Type.Object({
    name: Type.String(),
    description: Type.Optional(nullable(Type.String())),
    input_schema: anyObject(),
    annotations: Type.Optional(nullable(anyObject())),
  }),
);
export type MCPListToolsTool = Static<typeof MCPListToolsTool>;

export const MCPListTools = named(
  'MCPListTools',
  Type.Object({
    type: Type.Literal('mcp_list_tools'),
    id: Type.String(),
    server_label: Type.String(),
    tools: Type.Array(ref(MCPListToolsTool)),
    error: Type.Optional(nullable(Type.String())),
  }),
);
export type MCPListTools = Static<typeof MCPListTools>;

export const MCPApprovalRequest = named(
  'MCPApprovalRequest',
  Type.Object({
    type: Type.Literal('mcp_approval_request'),
    id: Type.String(),
    server_label: Type.String(),
    name: Type.String(),
    arguments: Type.String(),
  }),
);
export type MCPApprovalRequest = Static<typeof MCPApprovalRequest>;

export const MCPApprovalResponse = named(
  'MCPApprovalResponse',
  Type.Object({
    type: Type.Literal('mcp_approval_response'),
    id: Type.Optional(nullable(Type.String())),
    approval_request_id: Type.String(),
    approve: Type.Boolean(),
    reason: Type.Optional(nullable(Type.String())),
  }),
);
export type MCPApprovalResponse = Static<typeof MCPApprovalResponse>;

export const MCPProtocolError = named(
  'MCPProtocolError',
  Type.Object({
    type: Type.Literal('mcp_protocol_error', { default: 'mcp_protocol_error' }),
    code: int32(),
    message: Type.String(),
  }),
);
export type MCPProtocolError = Static<typeof MCPProtocolError>;

export const MCPToolExecutionError = named(
  'MCPToolExecutionError',
  Type.Object({
    type: Type.Literal('mcp_tool_execution_error', { default: 'mcp_tool_execution_error' }),
    content: Type.Unknown(),
  }),
);
export type MCPToolExecutionError = Static<typeof MCPToolExecutionError>;

export const HTTPError = named(
  'HTTPError',
  Type.Object({
    type: Type.Literal('http_error', { default: 'http_error' }),
    code: int32(),
    message: Type.String(),
  }),
);
export type HTTPError = Static<typeof HTTPError>;

export const MCPToolCallError = named(
  'MCPToolCallError',
  tagged('type', [MCPProtocolError, MCPToolExecutionError, HTTPError]),
);
export type MCPToolCallError = Static<typeof MCPToolCallError>;

export const MCPToolCallStatus = named(
  'MCPToolCallStatus',
  oneOf(['in_progress', 'completed', 'incomplete', 'calling', 'failed']),
);
export type MCPToolCallStatus = Static<typeof MCPToolCallStatus>;

export const MCPToolCall = named(
  'MCPToolCall',
  Type.Object({
    type: Type.Literal('mcp_call'),
    id: Type.String(),
    server_label: Type.String(),
    name: Type.String(),
    arguments: Type.String(),
    output: Type.Optional(nullable(Type.String())),
    error: Type.Optional(nullable(ref(MCPToolCallError))),
    status: Type.Optional(ref(MCPToolCallStatus)),
    approval_request_id: Type.Optional(nullable(Type.String())),
  }),
);
export type MCPToolCall = Static<typeof MCPToolCall>;

export const MCPApprovalResponseResource = named(
  'MCPApprovalResponseResource',
  Type.Object({
    type: Type.Literal('mcp_approval_response'),
    id: Type.String(),
    approval_request_id: Type.String(),
    approve: Type.Boolean(),
    reason: Type.Optional(nullable(Type.String())),
  }),
);
export type MCPApprovalResponseResource = Static<typeof MCPApprovalResponseResource>;
