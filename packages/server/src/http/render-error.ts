/** Any thrown thing → ApiError → response. The only place that writes an error body of a parsed request. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, toErrorBody } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import { BODY_LIMIT } from './read-json.ts';

export function toServerError(error: unknown, request: FastifyRequest): ApiError {
  if (error instanceof ApiError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return errors.requestTooLarge(request.routeOptions.bodyLimit ?? BODY_LIMIT);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return errors.unsupportedContentType(request.headers['content-type'] ?? 'none', 'application/json');
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return errors.badRequest((error as Error).message);
    default:
      return errors.internal(request.id, error);
  }
}

export function renderError(error: ApiError, request: FastifyRequest, reply: FastifyReply): void {
  reply
    .code(error.status)
    .headers({ 'x-request-id': request.id, ...error.headers })
    .type('application/json; charset=utf-8')
    .send(toErrorBody(error));
}
