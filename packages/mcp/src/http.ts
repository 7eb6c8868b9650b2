/** Serves MCP over Streamable HTTP, without sessions: every request has its own server. */
import { createMcpHandler } from '@modelcontextprotocol/server';
import { createMcpServer, type McpServerOptions } from './server.ts';
import type { ExtendedCatalogue } from './tools.ts';

/** `body`: the parsed JSON of the request. */
export type McpHttpHandler = (request: Request, body: unknown) => Promise<Response>;

export function createMcpHttpHandler(options: McpServerOptions): McpHttpHandler {
  const handler = createMcpHandler(() => createMcpServer(options));
  return (request, body) => handler.fetch(request, body === undefined ? {} : { parsedBody: body });
}

/**
 * Reads the extended catalogue from a query: `?tools=files,vectorStores&read_only=true`.
 * @throws Error that names the parameter.
 */
export function parseCatalogueQuery(query: URLSearchParams): ExtendedCatalogue {
  const readOnly = query.get('read_only') ?? 'false';
  if (readOnly !== 'true' && readOnly !== 'false') throw new Error("'read_only' is true or false.");
  const groups = (query.get('tools') ?? '').split(',').filter((group) => group !== '');
  return { groups, readOnly: readOnly === 'true' };
}
