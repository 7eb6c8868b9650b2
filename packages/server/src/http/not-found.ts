/**
 * Errors for requests without a route: a wrong method (405), an operation that this server does not serve (404), an
 * unknown URL (404).
 */
import type { Operation } from '@selfsame/contract/operation';
import type { FastifyRequest } from 'fastify';
import { errors } from '../errors/catalogue.ts';
import { escapeRegExp } from '../lib/escape-reg-exp.ts';
import { pathOf } from './render-error.ts';

export interface KnownOperation {
  id: string;
  method: string;
  /** Path template without `/v1`. */
  path: string;
}

/** Routes that are not operations. Their method is GET. */
export const OTHER_PATHS = ['/healthz', '/readyz', '/openapi.json', '/metrics'] as const;

export type NotFoundHandler = (request: FastifyRequest) => never;

export function createNotFoundHandler(served: readonly Operation[], known: readonly KnownOperation[]): NotFoundHandler {
  const servedPaths = served.map((each) => ({ ...each, pattern: toPattern(`/v1${each.path}`) }));
  const others = OTHER_PATHS.map((path) => ({ method: 'GET', pattern: toPattern(path) }));
  const knownPaths = known.map((each) => ({ ...each, pattern: toPattern(`/v1${each.path}`) }));
  return (request) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const shownPath = pathOf(request);
    const matching = knownPaths.filter((each) => each.pattern.test(path));
    const unserved = matching.find((each) => each.method === request.method);
    if (unserved !== undefined) throw errors.notServed(request.method, shownPath, unserved.id);
    const allowed = [...servedPaths, ...others].filter((each) => each.pattern.test(path));
    const methods = [...new Set([...allowed, ...matching].map((each) => each.method))];
    if (methods.length > 0) throw errors.methodNotAllowed(request.method, shownPath, methods);
    throw errors.unknownUrl(request.method, shownPath);
  };
}

function toPattern(path: string): RegExp {
  const parts = path.split(/\{\w+\}/).map((part) => escapeRegExp(part));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}
