/**
 * Closes connections that were opened and never used. Node waits for their headers until its timeout, which would delay
 * shutdown by up to a minute.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Within this time after the connection was opened, a request may still arrive. */
const FIRST_BYTES_MS = 1000;

/** Returns the function that closes connections that have been unused for `FIRST_BYTES_MS`. */
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
