/**
 * Handles responses to requests that are not yet received completely, such as the refusal of a body that is too large.
 * Closing the connection would reset it, and most clients would lose the response. The response is sent immediately;
 * the rest of the request is read and dropped.
 * Invariant: the rest is bounded in bytes and in time.
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/**
 * Above the largest upload of the API (512 MiB): some clients read the response only after they have sent everything.
 */
const MAX_DROPPED_BYTES = 1024 ** 3;
const MAX_DROP_MS = 30_000;
/** A client that sends nothing for this long has read its response or never will. */
const MAX_SILENCE_MS = 5000;
const CHECK_MS = 250;

export function dropUnreadBodies(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    const { raw } = request;
    if (hasBody(raw) && !raw.complete) {
      // `connection: close` would end the connection right after the response.
      reply.removeHeader('connection');
      reply.raw.shouldKeepAlive = true;
      const closes = /\bclose\b/i.test(raw.headers.connection ?? '') || raw.httpVersionMinor === 0;
      reply.raw.once('finish', () => dropRest(raw, closes));
    }
    done();
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function dropRest(request: IncomingMessage, closes: boolean): void {
  const { socket } = request;
  const startedAt = performance.now();
  const startBytes = socket.bytesRead;
  let seenBytes = startBytes;
  let seenAt = startedAt;
  const timer = setInterval(() => {
    const now = performance.now();
    if (socket.bytesRead !== seenBytes) seenAt = now;
    seenBytes = socket.bytesRead;
    const isOver = now - startedAt > MAX_DROP_MS || now - seenAt > MAX_SILENCE_MS;
    if (isOver || seenBytes - startBytes > MAX_DROPPED_BYTES) socket.destroy();
  }, CHECK_MS).unref();
  request.once('close', () => clearInterval(timer));
  request.once('end', () => {
    clearInterval(timer);
    if (closes) socket.end();
  });
  request.unpipe();
  request.resume();
}
