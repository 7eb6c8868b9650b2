/** The body parser of JSON operations: strict UTF-8 and strict JSON. Other content types are refused. */
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { errors } from '../errors/catalogue.ts';
import { maxBodyBytes } from './body-limit.ts';
import type { JsonReader } from './receive-json.ts';

export function acceptJson(app: FastifyInstance, reader: JsonReader): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', async (request: FastifyRequest, payload: Readable) => {
    const limitBytes = maxBodyBytes(request);
    const announcedBytes = Number(request.headers['content-length'] ?? 0);
    if (announcedBytes > limitBytes) throw errors.requestTooLarge(limitBytes);
    return reader.receive(payload, limitBytes, announcedBytes);
  });
}
