/** Serves MCP over standard input and output. */
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createMcpServer, type McpServerOptions } from './server.ts';

/** Serves until the client closes standard input. Failures of the transport are passed to `onError`. */
export function serveMcpOverStdio(options: McpServerOptions, onError: (error: Error) => void): void {
  // Reports a wrong group of tools at start, not to the first client.
  createMcpServer(options);
  serveStdio(() => createMcpServer(options), { onerror: onError });
}
