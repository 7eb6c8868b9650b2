/** One call of a tool of an MCP server. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import { type ConnectOptions, withConnection } from './connection.ts';
import { type McpError, toMcpError } from './mcp-error.ts';
import { MCP, type McpSettings } from './settings.ts';

/** Characters that a model reads per token of its context, at least: a quarter of the context is for one output. */
const CHARS_PER_CONTEXT_TOKEN = 0.75;
const CUT = '\n[The rest of the output is left out.]';
const INVALID_PARAMS = -32602;
const INTERNAL_ERROR = -32603;

export interface CallOptions extends ConnectOptions {
  /** Context of the model that reads the output. */
  contextTokens: number;
}

/** The result is whole in the details of the call; the model reads as much as fits. @throws the reason of the signal. */
export async function callTool(settings: McpSettings, call: ModelCall, options: CallOptions): Promise<ModelCall> {
  const details = call.own?.details ?? {};
  const name = String(details['name']);
  const { text, error } = await execute(settings, { name, text: call.arguments }, options);
  const read = error === null ? text : `Error: ${toModelText(error)}`;
  const own = { type: MCP, details: { ...details, output: error === null ? text : null, error } };
  return { ...call, output: cut(read, options.contextTokens * CHARS_PER_CONTEXT_TOKEN), own };
}

const INTERRUPTED = 'The server was stopped while the tool ran. Its effects are unknown; it was not run again.';

/** A call that waits for its approval has not run. */
export function interruptCall(call: ModelCall): ModelCall {
  const details = call.own?.details ?? {};
  if (details['needs_approval'] === true) return call;
  const error: McpError = { type: 'mcp_protocol_error', code: INTERNAL_ERROR, message: INTERRUPTED };
  return { ...call, output: `Error: ${INTERRUPTED}`, own: { type: MCP, details: { ...details, output: null, error } } };
}

interface Result {
  text: string;
  error: McpError | null;
}

async function execute(
  settings: McpSettings,
  { name, text }: { name: string; text: string },
  options: CallOptions,
): Promise<Result> {
  const given = parseArguments(text);
  if (given === undefined) {
    const message = 'The arguments are no JSON object.';
    return { text: '', error: { type: 'mcp_protocol_error', code: INVALID_PARAMS, message } };
  }
  try {
    return await withConnection(settings, options, async ({ client, request }) => {
      const { content, structuredContent, isError } = await client.callTool({ name, arguments: given }, request);
      if (isError === true) return { text: '', error: { type: 'mcp_tool_execution_error', content } };
      return { text: toText(content, structuredContent), error: null };
    });
  } catch (error) {
    options.signal.throwIfAborted();
    return { text: '', error: toMcpError(error, false) };
  }
}

/** A model may leave out the arguments of a function without parameters. */
function parseArguments(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

interface Content {
  type: string;
  text?: string;
  mimeType?: string;
  data?: string;
  uri?: string;
  resource?: { uri: string; text?: string; mimeType?: string };
}

function toText(content: readonly object[], structured: unknown): string {
  if (content.length === 0 && structured !== undefined) return JSON.stringify(structured);
  return content.map((part) => toPartText(part as Content)).join('\n');
}

/** Parts that are not text are described: models read the output of a tool as text. */
function toPartText({ type, text, mimeType = '', data = '', uri, resource }: Content): string {
  if (text !== undefined) return text;
  if (resource !== undefined) return resource.text ?? `[resource ${resource.uri} ${resource.mimeType ?? ''}]`;
  return uri === undefined ? `[${type} ${mimeType}, ${data.length} characters in base64]` : `[resource ${uri}]`;
}

function toModelText(error: McpError): string {
  if (error.type !== 'mcp_tool_execution_error') return error.message;
  return Array.isArray(error.content) ? toText(error.content, undefined) : JSON.stringify(error.content);
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, Math.floor(chars))}${CUT}`;
}
