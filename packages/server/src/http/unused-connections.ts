/**
 * Connections that were opened and never used. Node takes one for a request on its way until the time for its headers is over, so that it
 * would hold up the end of a server for a minute.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** So long after it was opened a request may still be on its way. */
const FIRST_BYTES_MS = 1000;

/** Returns the function that closes those that are unused for a while now. */
export function watchUnusedConnections(server: Server): () => void {
  const opened = new Map<Socket, number>();
  server.on('connection', (socket) => {
    opened.set(socket, performance.now());
    socket.once('close', () => opened.delete(socket));
  });
  return () => {
    for (const [socket, at] of opened) {
      if (socket.bytesRead === 0 && performance.now() - at > FIRST_BYTES_MS) socket.destroy();
    }
  };
}
