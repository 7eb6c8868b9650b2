/**
 * An answer that comes before the request has been received, such as the refusal of a body that is too large. Closing the connection then
 * would reset it, and most clients would lose the answer: it is sent at once, and what the client still sends is read and dropped.
 * Invariant: bounded in bytes and in time.
 */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

/** Above the largest upload of the API (512 MiB), so that clients that read no answer before they have sent everything get it. */
const MAX_DROPPED_BYTES = 1024 ** 3;
const MAX_DROP_MS = 30_000;
/** A client that sends nothing for so long has read its answer, or never will. */
const MAX_SILENCE_MS = 5000;
const CHECK_MS = 250;

export function dropUnreadBodies(app: FastifyInstance): void {
  app.addHook('onSend', (request, reply, _payload, done) => {
    const { raw } = request;
    if (hasBody(raw) && !raw.complete) {
      // It would end the connection with the answer.
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
