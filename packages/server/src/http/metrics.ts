/**
 * `/metrics`, for Prometheus. Invariant: it is never more open than the API. Without a metrics token, a request needs
 * the same authentication as one to the API; with a metrics token, a request needs that token or an API key.
 */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { errors } from '../errors/catalogue.ts';
import { maskKey } from '../tenancy/mask-key.ts';
import { type Authenticate, secretOf } from './authenticate.ts';

export interface MetricsRoute {
  contentType: string;
  render(): Promise<string>;
  /** The metrics token; empty if none is set. */
  token: string;
}

export function addMetricsRoute(app: FastifyInstance, metrics: MetricsRoute, authenticate: Authenticate): void {
  app.get('/metrics', {
    onRequest: async ({ headers }) => {
      const given = secretOf(headers);
      if (metrics.token !== '') {
        if (given === undefined) throw errors.missingApiKey();
        if (isSame(given, metrics.token)) return;
      }
      const { via } = await authenticate(headers);
      if (metrics.token !== '' && via !== 'key') throw errors.invalidApiKey(maskKey(given ?? ''));
    },
    handler: async (_request, reply) => reply.type(metrics.contentType).send(await metrics.render()),
  });
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
