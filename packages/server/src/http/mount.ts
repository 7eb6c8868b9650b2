/** Serves a part of the server that speaks web requests and responses, such as MCP, behind the same keys as the API. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Authenticate, secretOf } from './authenticate.ts';
import { pathOf } from './render-error.ts';
import type { RouteOptions } from './route.ts';

export interface MountedCall {
  /** The parsed JSON of the request. */
  body: unknown;
  /** The API key of the request; undefined while none is required. */
  key: string | undefined;
}

export interface Mount {
  /** Path outside `/v1`, e.g. `/mcp`. */
  path: string;
  /** Maximum size of a request body in bytes. */
  bodyLimit: number;
  serve(request: Request, call: MountedCall): Promise<Response>;
}

interface MountOptions extends Pick<RouteOptions, 'signalOf'> {
  authenticate: Authenticate;
}

export function addMount(app: FastifyInstance, mount: Mount, { authenticate, signalOf }: MountOptions): void {
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: mount.path,
    bodyLimit: mount.bodyLimit,
    onRequest: async (request) => {
      request.principal = await authenticate(request.headers);
    },
    handler: async (request, reply) => {
      const signal = signalOf(reply.raw);
      const call = { body: request.body, key: secretOf(request.headers) };
      return send(reply, await mount.serve(toWebRequest(request, signal), call));
    },
  });
}

/** The request without its body, which has been read. */
function toWebRequest(request: FastifyRequest, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const each of [value ?? []].flat()) headers.append(name, each);
  }
  const url = new URL(request.originalUrl, `http://${request.headers.host ?? 'localhost'}`);
  url.pathname = pathOf(request);
  return new Request(url, { method: request.method, headers, signal });
}

function send(reply: FastifyReply, response: Response): FastifyReply {
  reply.code(response.status);
  for (const [name, value] of response.headers) reply.header(name, value);
  if (response.body === null) return reply.send('');
  const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
  // A client that leaves ends the work by its signal; the broken body needs no report.
  body.on('error', () => reply.raw.destroy());
  return reply.send(body);
}
