/** A URL without a route: a wrong method (405), a part of the OpenAI API that is not served (404 that says so), or unknown (404). */
import type { Operation } from '@selfsame/contract/operation';
import type { FastifyRequest } from 'fastify';
import { errors } from '../errors/catalogue.ts';
import { escapeRegExp } from '../lib/escape-reg-exp.ts';

export interface KnownOperation {
  id: string;
  method: string;
  /** Path template without `/v1`. */
  path: string;
}

export function createNotFoundHandler(
  served: readonly Operation[],
  known: readonly KnownOperation[],
): (request: FastifyRequest) => never {
  const servedPaths = served.map((each) => ({ ...each, pattern: toPattern(each.path) }));
  const knownPaths = known.map((each) => ({ ...each, pattern: toPattern(each.path) }));
  return (request) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const fitting = knownPaths.filter((each) => each.pattern.test(path));
    const here = fitting.find((each) => each.method === request.method);
    if (here !== undefined) throw errors.notServed(request.method, path, here.id);
    const allowed = servedPaths.filter((each) => each.pattern.test(path)).map((each) => each.method);
    const methods = [...new Set([...allowed, ...fitting.map((each) => each.method)])];
    if (methods.length > 0) throw errors.methodNotAllowed(request.method, path, methods);
    throw errors.unknownUrl(request.method, path);
  };
}

function toPattern(path: string): RegExp {
  const parts = path.split(/\{\w+\}/).map((part) => escapeRegExp(part));
  return new RegExp(`^/v1${parts.join('[^/]+')}/?$`);
}
