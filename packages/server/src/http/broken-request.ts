/**
 * Responds on the bare socket to requests that Node's parser rejects: they never reach a route. The error has the usual
 * shape.
 */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ApiError, toErrorBody } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import { toJson } from '../lib/json.ts';

export function rejectBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex, requestId: string): void {
  if (error.code === 'ECONNRESET') socket.destroy();
  else sendErrorOnSocket(toBrokenRequestError(error), socket, requestId);
}

/** Sends an error on a socket without a response object, and closes the connection. */
export function sendErrorOnSocket(error: ApiError, socket: Duplex, requestId: string): void {
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = toJson(toErrorBody(error));
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-request-id': requestId,
    connection: 'close',
    ...error.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
}

function toBrokenRequestError(error: NodeJS.ErrnoException): ApiError {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return errors.requestTimeout();
  if (error.code === 'HPE_HEADER_OVERFLOW') return errors.headersTooLarge();
  return errors.badRequest(error.message);
}
