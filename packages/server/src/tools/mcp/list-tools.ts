/** The tools of an MCP server, and the functions that a model is offered for them. */
import type { ToolFunction, ToolListing } from '../tool.ts';
import { type ConnectOptions, withConnection } from './connection.ts';
import { toFunctionName } from './function-name.ts';
import { findSchemaError } from './input-schema.ts';
import { toErrorText, toMcpError } from './mcp-error.ts';
import { isAllowed, MCP, type McpSettings, type McpTool, needsApproval } from './settings.ts';

/** Tools of one server; more would leave no room in the context of a model. */
const MAX_TOOLS = 256;
const MAX_DESCRIPTION_CHARS = 8 * 1024;

/** Tools that cannot be called are named in the error and left out. @throws only the reason of the signal. */
export async function listTools(settings: McpSettings, options: ConnectOptions): Promise<ToolListing> {
  try {
    const found = await withConnection(settings, options, async ({ client, request }) => {
      const { tools } = await client.listTools(undefined, request);
      return tools;
    });
    if (found.length > MAX_TOOLS) {
      return { tools: [], error: `The MCP server has ${found.length} tools, more than ${MAX_TOOLS}.` };
    }
    const tools = found.map(toTool).filter((tool) => isAllowed(settings, tool));
    return withoutInvalid(tools);
  } catch (error) {
    options.signal.throwIfAborted();
    return { tools: [], error: toErrorText(toMcpError(error, false)) };
  }
}

interface FoundTool {
  name: string;
  description?: string | undefined;
  inputSchema: Record<string, unknown>;
  annotations?: object | undefined;
}

function toTool({ name, description, inputSchema, annotations }: FoundTool): McpTool {
  return {
    name,
    description: description?.slice(0, MAX_DESCRIPTION_CHARS) ?? null,
    input_schema: inputSchema,
    annotations: annotations === undefined ? null : { ...annotations },
  };
}

function withoutInvalid(tools: readonly McpTool[]): ToolListing {
  const problems = tools.flatMap((tool) => {
    const why = findSchemaError(tool.input_schema);
    return why === undefined ? [] : [{ tool, why }];
  });
  const invalid = new Set(problems.map(({ tool }) => tool));
  const lines = problems.map(({ tool, why }) => `The tool '${tool.name}' is left out: ${why}.`);
  return { tools: tools.filter((tool) => !invalid.has(tool)), error: lines.length === 0 ? null : lines.join(' ') };
}

/** A list may come from a client: its tools are checked again. The first of several tools with one name is offered. */
export function toFunctions(settings: McpSettings, { tools }: ToolListing): ToolFunction[] {
  const byName = new Map<string, ToolFunction>();
  for (const tool of tools as readonly McpTool[]) {
    const { name, input_schema: parameters, description } = tool;
    if (!isAllowed(settings, tool) || findSchemaError(parameters) !== undefined) continue;
    const functionName = toFunctionName(settings.server_label, name);
    if (byName.has(functionName)) continue;
    const details = { server_label: settings.server_label, name, needs_approval: needsApproval(settings, tool) };
    const about = [settings.server_description, description ?? name].filter(Boolean).join('\n');
    byName.set(functionName, {
      name: functionName,
      description: about === '' ? name : about,
      parameters,
      own: { type: MCP, details },
    });
  }
  return [...byName.values()];
}
