/** Creates the MCP server: lists the tools and calls the API for them. */
import { Server, type Tool } from '@modelcontextprotocol/server';
import { CONNECTION_ARGUMENT, type Connections } from './connections.ts';
import type { FileAccess } from './file-argument.ts';
import { toOutputSchema } from './output-schema.ts';
import { createProgress } from './progress.ts';
import { runTool } from './run-tool.ts';
import { type ApiTool, createTools, type ExtendedCatalogue } from './tools.ts';

export interface McpServerOptions {
  /** Version of the program, which clients show. */
  version: string;
  connections: Connections;
  /** Tools beside the standard catalogue. */
  extended?: ExtendedCatalogue;
  files: FileAccess;
}

/** @throws Error if a group of the extended catalogue has no tools. */
export function createMcpServer({ version, connections, extended, files }: McpServerOptions): Server {
  const server = new Server({ name: 'selfsame', version }, { capabilities: { tools: {} } });
  const tools = createTools(extended);
  server.setRequestHandler('tools/list', () => ({
    tools: [...tools.values()].map((tool) => toListedTool(tool, connections.names)),
  }));
  server.setRequestHandler('tools/call', ({ params }, context) =>
    runTool(
      { name: params.name, arguments: params.arguments ?? {} },
      { connections, tools, files, signal: context.mcpReq.signal, progress: createProgress(context) },
    ),
  );
  return server;
}

function toListedTool(tool: ApiTool, names: readonly string[]): Tool {
  const { operation, readOnly } = tool;
  const outputSchema = toOutputSchema(operation);
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: {
      type: 'object',
      properties: {
        ...Object.fromEntries([...tool.arguments].map(([name, { schema }]) => [name, { ...schema }])),
        ...(names.length > 1 ? { [CONNECTION_ARGUMENT]: connectionSchema(names) } : {}),
      },
      required: [...tool.arguments].filter(([, { required }]) => required).map(([name]) => name),
    },
    ...(outputSchema === undefined ? {} : { outputSchema }),
    annotations: { readOnlyHint: readOnly, destructiveHint: operation.method === 'DELETE' },
  };
}

function connectionSchema([first, ...others]: readonly string[]): { type: 'string'; description: string } {
  return { type: 'string', description: `Connection to use: ${first} (default), ${others.join(', ')}.` };
}
