/** The MCP server at `/mcp`. */
import type { Mount } from '../http/mount.ts';

/** Files are arguments in base64, which is a third longer. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** `urlOf` returns the address on which this server listens. */
export function createMcpMount(urlOf: () => string): Mount {
  return {
    path: '/mcp',
    bodyLimit: MAX_BODY_BYTES,
    async serve(request, call) {
      // Loaded with the first request: the client and the SDK would make every start slower.
      const { serveMcp } = await import('./serve-mcp.ts');
      return serveMcp(urlOf(), request, call);
    },
  };
}
