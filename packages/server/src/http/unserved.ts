/**
 * Refuses requests without a route before their body is read: unknown URLs, operations that are not served, and methods
 * that a URL does not have. Every method that Node's parser accepts gets a response, `CONNECT` included.
 */
import type { FastifyInstance } from 'fastify';
import { errors } from '../errors/catalogue.ts';
import { sendErrorOnSocket } from './broken-request.ts';
import type { NotFoundHandler } from './not-found.ts';

/**
 * Must be called before the hook that handles preflight requests is added: `OPTIONS` without preflight headers is a
 * method like any other.
 */
export function refuseUnservedMethods(
  app: FastifyInstance,
  notFound: NotFoundHandler,
  newRequestId: () => string,
): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { origin, 'access-control-request-method': asked } = request.headers;
    if (request.method === 'OPTIONS' && (origin === undefined || asked === undefined)) notFound(request);
    done();
  });
  // Node passes a CONNECT request with its bare socket.
  app.server.on('connect', (request, socket) => {
    const refusal = errors.methodNotAllowed('CONNECT', request.url ?? '', ['GET', 'POST', 'DELETE']);
    sendErrorOnSocket(refusal, socket, newRequestId());
  });
}

/** Must be called after the CORS hooks were added. */
export function refuseUnserved(app: FastifyInstance, notFound: NotFoundHandler): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.is404) notFound(request);
    done();
  });
  app.setNotFoundHandler(notFound);
}
