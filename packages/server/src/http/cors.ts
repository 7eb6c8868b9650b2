/**
 * Allows pages of the allowed origins to call the API from a browser (CORS), public pages included (private network
 * access).
 */
import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { IGNORED_HEADER } from './ignored-parameters.ts';
import type { OriginTest } from './origins.ts';

const PREFLIGHT_CACHE_SECONDS = 600;

export async function allowPages(app: FastifyInstance, allows: OriginTest): Promise<void> {
  app.addHook('onRequest', ({ headers }, reply, done) => {
    const asks = headers['access-control-request-private-network'] === 'true';
    if (asks && allows(headers.origin ?? '')) reply.header('access-control-allow-private-network', 'true');
    done();
  });
  await app.register(cors, {
    origin: (origin, done) => done(null, origin !== undefined && allows(origin)),
    methods: ['GET', 'POST', 'DELETE'],
    exposedHeaders: [
      'x-request-id',
      'openai-processing-ms',
      'openai-version',
      'retry-after',
      'x-should-retry',
      IGNORED_HEADER,
    ],
    maxAge: PREFLIGHT_CACHE_SECONDS,
  });
}
