/** Serves a request to `/mcp`: the tools call the API of this server with the key of the request. */
import { createFetchTransport } from '@selfsame/client';
import { createApiConnection, createConnections, createMcpHttpHandler, parseCatalogueQuery } from '@selfsame/mcp';
import { errors } from '../errors/catalogue.ts';
import type { MountedCall } from '../http/mount.ts';
import { VERSION } from '../version.ts';

/** Silence of this server that is not a failure: models may work long before they answer. */
const SILENCE_S = 3600;

const transport = createFetchTransport({ timeout: SILENCE_S });

/** `url`: the address on which this server listens. */
export function serveMcp(url: string, request: Request, { body, key }: MountedCall): Promise<Response> {
  const settings = { baseUrl: `${url}/v1`, ...(key === undefined ? {} : { apiKey: key }) };
  const handler = createMcpHttpHandler({
    version: VERSION,
    connections: createConnections(new Map([['default', createApiConnection(settings, transport)]])),
    extended: readQuery(request),
    files: 'inline',
  });
  return handler(request, body);
}

function readQuery(request: Request) {
  try {
    return parseCatalogueQuery(new URL(request.url).searchParams);
  } catch (error) {
    throw errors.badRequest((error as Error).message);
  }
}
