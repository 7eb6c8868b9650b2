/**
 * `/healthz`: the process responds. `/readyz`: it can serve requests, or 503 with the reason. Both are public and
 * contain no secrets.
 */
import type { FastifyInstance } from 'fastify';

/** Resolves with undefined when ready, otherwise with the reason in one sentence. */
export type Readiness = () => Promise<string | undefined>;

export const PUBLIC_PATHS = ['/healthz', '/readyz', '/openapi.json'] as const;

export function addHealthRoutes(app: FastifyInstance, readiness: Readiness): void {
  app.get('/healthz', (_request, reply) => reply.send({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const reason = await readiness();
    return reason === undefined
      ? reply.send({ status: 'ready' })
      : reply.code(503).send({ status: 'not ready', reason });
  });
}
