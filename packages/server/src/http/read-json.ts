/** The one body parser of JSON operations: strict UTF-8, strict JSON, and nothing else accepted under another content type. */
import type { FastifyInstance } from 'fastify';
import { errors } from '../errors/catalogue.ts';
import { NestingError, parseBoundedJson } from '../lib/bounded-json.ts';

export function acceptJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    parseJson(body),
  );
}

export function parseJson(body: Buffer): unknown {
  // Some clients name a content type on requests that have no body; whether one is needed is the route's business.
  if (body.length === 0) return undefined;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw errors.invalidJson('it is not valid UTF-8.');
  }
  try {
    return parseBoundedJson(text);
  } catch (error) {
    if (error instanceof NestingError) throw errors.nestingTooDeep(error.path ?? null, error.message);
    throw errors.invalidJson(`${(error as SyntaxError).message}.`);
  }
}
