/** Tells an onlooker of every request when it begins and how it ended, whatever answered it. */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../lib/clock.ts';

export interface HttpObserver {
  requestBegan(): void;
  /** `operation`: its id, or `none`. `status`: 499 when the client left before its answer was complete. */
  requestEnded(exchange: { operation: string; status: number; ms: number }): void;
}

const CLIENT_CLOSED_STATUS = 499;

/** The request's `receivedAt` must be set by a hook that was added before. */
export function observeRequests(app: FastifyInstance, observer: HttpObserver, clock: Clock): void {
  app.addHook('onRequest', (request, reply, done) => {
    observer.requestBegan();
    // Fastify tells of answers that were sent; a socket is closed also where the client left.
    reply.raw.once('close', () =>
      observer.requestEnded({
        operation: request.routeOptions.config.operationId ?? 'none',
        status: reply.raw.writableFinished ? reply.statusCode : CLIENT_CLOSED_STATUS,
        ms: clock.now() - request.receivedAt,
      }),
    );
    done();
  });
}
