/** The entry of an MCP server in `tools`. Pure. */
import type { ToolSettings } from '../tool.ts';

export const MCP = 'mcp';

interface ToolFilter {
  tool_names?: readonly string[];
  read_only?: boolean;
}

/** In the form that the contract validated. */
export interface McpSettings {
  server_label: string;
  server_url: string;
  server_description?: string;
  /** Sent as a bearer token. */
  authorization?: string;
  headers?: Readonly<Record<string, string>> | null;
  allowed_tools?: readonly string[] | ToolFilter | null;
  require_approval?: 'always' | 'never' | { always?: ToolFilter; never?: ToolFilter } | null;
}

/** A tool in the item `mcp_list_tools`. */
export interface McpTool {
  name: string;
  description: string | null;
  input_schema: Record<string, unknown>;
  annotations: Record<string, unknown> | null;
}

export function toMcpSettings(settings: ToolSettings): McpSettings {
  return settings[MCP] as McpSettings;
}

/** A filter matches a tool that fulfils all of its conditions; a filter without conditions matches none. */
function matches({ tool_names: names, read_only: readOnly }: ToolFilter, { name, annotations }: McpTool): boolean {
  if (names === undefined && readOnly === undefined) return false;
  if (names !== undefined && !names.includes(name)) return false;
  return readOnly === undefined || readOnly === (annotations?.['readOnlyHint'] === true);
}

export function isAllowed({ allowed_tools: allowed }: McpSettings, tool: McpTool): boolean {
  if (allowed === undefined || allowed === null) return true;
  if (Array.isArray(allowed)) return (allowed as readonly string[]).includes(tool.name);
  const filter = allowed as ToolFilter;
  const isEmpty = filter.tool_names === undefined && filter.read_only === undefined;
  return isEmpty || matches(filter, tool);
}

/** Every call needs an approval unless the request says that it needs none. */
export function needsApproval({ require_approval: required }: McpSettings, tool: McpTool): boolean {
  if (required === undefined || required === null) return true;
  if (typeof required === 'string') return required === 'always';
  if (required.always !== undefined && matches(required.always, tool)) return true;
  if (required.never !== undefined) return !matches(required.never, tool);
  return required.always === undefined;
}
