/**
 * Requests that no route serves, refused before their body is read, whatever it is: unknown URLs, operations that are not served, and
 * methods that a URL does not have. Every method that Node's parser knows is answered, `CONNECT` included.
 */
import type { FastifyInstance } from 'fastify';
import { errors } from '../errors/catalogue.ts';
import { answerOnSocket } from './broken-request.ts';
import type { NotFoundHandler } from './not-found.ts';

/** Must be called before any hook that answers preflight requests is added: `OPTIONS` without their headers is a method like any other. */
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
  // Node hands a CONNECT request over with its bare socket.
  app.server.on('connect', (request, socket) => {
    const refusal = errors.methodNotAllowed('CONNECT', request.url ?? '', ['GET', 'POST', 'DELETE']);
    answerOnSocket(refusal, socket, newRequestId());
  });
}

/** Must be called after the hooks that tell pages what they may read. */
export function refuseUnserved(app: FastifyInstance, notFound: NotFoundHandler): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.is404) notFound(request);
    done();
  });
  app.setNotFoundHandler(notFound);
}
