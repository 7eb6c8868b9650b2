/** Reports the start and the end of every request to an observer, with or without a route. */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../lib/clock.ts';

export interface HttpObserver {
  requestStarted(): void;
  /** `operation`: its id, or `none`. `status`: 499 if the client disconnected before the response was complete. */
  requestEnded(exchange: { operation: string; status: number; ms: number }): void;
}

const CLIENT_CLOSED_STATUS = 499;

/** Must be called after the hook that sets `receivedAt` was added. */
export function observeRequests(app: FastifyInstance, observer: HttpObserver, clock: Clock): void {
  app.addHook('onRequest', (request, reply, done) => {
    observer.requestStarted();
    // Fastify reports only responses that were sent; `close` also follows a disconnect.
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
