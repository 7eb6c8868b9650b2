/** The MCP server at `/mcp`: tools call the API of this server with the key of the request. */
import { createFetchTransport } from '@selfsame/client';
import { createApiConnection, createConnections, createMcpHttpHandler, parseCatalogueQuery } from '@selfsame/mcp';
import { errors } from '../errors/catalogue.ts';
import type { Mount } from '../http/mount.ts';
import { VERSION } from '../version.ts';

/** Files are arguments in base64, which is a third longer. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Silence of this server that is not a failure: models may work long before they answer. */
const SILENCE_S = 3600;

/** `urlOf` returns the address on which this server listens. */
export function createMcpMount(urlOf: () => string): Mount {
  const transport = createFetchTransport({ timeout: SILENCE_S });
  return {
    path: '/mcp',
    bodyLimit: MAX_BODY_BYTES,
    async serve(request, { body, key }) {
      const connection = createApiConnection(
        { baseUrl: `${urlOf()}/v1`, ...(key === undefined ? {} : { apiKey: key }) },
        transport,
      );
      const handler = createMcpHttpHandler({
        version: VERSION,
        connections: createConnections(new Map([['default', connection]])),
        extended: readQuery(request),
        files: 'inline',
      });
      return handler(request, body);
    },
  };
}

function readQuery(request: Request) {
  try {
    return parseCatalogueQuery(new URL(request.url).searchParams);
  } catch (error) {
    throw errors.badRequest((error as Error).message);
  }
}
