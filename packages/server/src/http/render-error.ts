/**
 * Converts thrown values to ApiErrors and ApiErrors to responses. Only this file writes error bodies of parsed
 * requests.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { ApiError, toErrorBody } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import { maxBodyBytes } from './body-limit.ts';

export function toServerError(error: unknown, request: FastifyRequest): ApiError {
  if (error instanceof ApiError) return error;
  const code = (error as { code?: unknown } | null)?.code;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return errors.requestTooLarge(maxBodyBytes(request));
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return errors.unsupportedContentType(request.headers['content-type'] ?? 'none', 'application/json');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return errors.unknownUrl(request.method, pathOf(request));
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return errors.badRequest((error as Error).message);
    default:
      return errors.internal(request.id, error);
  }
}

/**
 * Logs errors of the server: status 500 as an error with its cause, other 5xx as a warning, since their message has the
 * reason.
 */
export function logFailure(log: Logger, requestId: string, error: ApiError): void {
  if (error.status === 500) log.error({ requestId, code: error.code, err: error.cause ?? error }, error.message);
  else if (error.status > 500) log.warn({ requestId, code: error.code }, error.message);
}

export function renderError(error: ApiError, request: FastifyRequest, reply: FastifyReply): void {
  reply
    .code(error.status)
    .headers({ 'x-request-id': request.id, ...error.headers })
    .type('application/json; charset=utf-8')
    .send(toErrorBody(error));
}

/** Returns the path as the client sent it, without the query. */
export function pathOf({ originalUrl }: FastifyRequest): string {
  return originalUrl.split('?', 1)[0] ?? '';
}
