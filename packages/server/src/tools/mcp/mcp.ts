/** The server tool `mcp`: the tools of a remote MCP server. */
import type { Outbound } from '../../outbound/outbound.ts';
import type { ServerTool } from '../tool.ts';
import { callTool, interruptCall } from './call-tool.ts';
import type { McpLimits } from './connection.ts';
import { listTools, toFunctions } from './list-tools.ts';
import { MCP, toMcpSettings } from './settings.ts';

export interface McpDeps {
  outbound: Outbound;
  /** Default: 60 s and 4 MiB. */
  limits?: McpLimits;
}

const DEFAULT_LIMITS: McpLimits = { maxBytes: 4 * 1024 ** 2, timeoutMs: 60_000 };

export function createMcp({ outbound, limits = DEFAULT_LIMITS }: McpDeps): ServerTool {
  return {
    type: MCP,
    functions: (settings, listing) => (listing === undefined ? [] : toFunctions(toMcpSettings(settings), listing)),
    list: (settings, signal) => listTools(toMcpSettings(settings), { outbound, limits, signal }),
    async run(call, { settings, contextTokens, signal }) {
      if (call.own?.details['needs_approval'] === true) return call;
      return callTool(toMcpSettings(settings), call, { outbound, limits, signal, contextTokens });
    },
    interrupt: interruptCall,
  };
}
