/** Requests that Node's parser gives up on never reach a route: they are answered on the bare socket, in the same error shape. */
import type { Socket } from 'node:net';
import { type ApiError, toErrorBody } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';

export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const known = toBrokenRequestError(error);
  const body = JSON.stringify(toErrorBody(known));
  socket.end(
    `HTTP/1.1 ${known.status} ${REASONS[known.status] ?? 'Bad Request'}\r\n` +
      `content-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `x-request-id: ${requestId}\r\nconnection: close\r\n\r\n${body}`,
  );
}

const REASONS: Readonly<Record<number, string>> = {
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function toBrokenRequestError(error: NodeJS.ErrnoException): ApiError {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return errors.requestTimeout();
  if (error.code === 'HPE_HEADER_OVERFLOW') return errors.headersTooLarge();
  return errors.badRequest(error.message);
}
