/** Errors of MCP servers in the form of the API. Invariant: no error has headers or a query of the request. */
import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client';
import { findOutboundError } from '../../outbound/outbound-error.ts';

export type McpError =
  | { type: 'mcp_protocol_error'; code: number; message: string }
  | { type: 'mcp_tool_execution_error'; content: unknown }
  | { type: 'http_error'; code: number; message: string };

const BAD_GATEWAY = 502;
const GATEWAY_TIMEOUT = 504;
const INVALID_REPLY = -32603;
const MAX_MESSAGE_CHARS = 500;

/** @param isLate whether the time of the call is over. */
export function toMcpError(error: unknown, isLate: boolean): McpError {
  const outbound = findOutboundError(error);
  if (isLate || outbound?.reason === 'timeout' || isTimeout(error)) {
    return { type: 'http_error', code: GATEWAY_TIMEOUT, message: 'The MCP server did not answer in time.' };
  }
  if (outbound !== undefined) return { type: 'http_error', code: BAD_GATEWAY, message: outbound.message };
  if (error instanceof SdkHttpError) {
    return { type: 'http_error', code: error.status, message: `The MCP server answered with status ${error.status}.` };
  }
  if (error instanceof ProtocolError) {
    return { type: 'mcp_protocol_error', code: error.code, message: cut(error.message) };
  }
  if (error instanceof SdkError)
    return { type: 'mcp_protocol_error', code: INVALID_REPLY, message: cut(error.message) };
  return { type: 'http_error', code: BAD_GATEWAY, message: toNetworkMessage(error) };
}

const isTimeout = (error: unknown) => error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout;

const cut = (text: string) => text.slice(0, MAX_MESSAGE_CHARS);

/** Codes of the network such as ECONNREFUSED; other messages may repeat what was sent. */
function toNetworkMessage(error: unknown): string {
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string')
      return `The MCP server is not reachable: ${current.code}.`;
  }
  return 'The reply of the MCP server cannot be read.';
}

/** For the error of a list, which is text. */
export function toErrorText(error: McpError): string {
  return error.type === 'mcp_tool_execution_error' ? JSON.stringify(error.content) : error.message;
}
