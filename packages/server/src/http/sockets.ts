/**
 * WebSockets behind the same keys as the API. Upgrades of other paths stay plain requests.
 * Invariant: at shutdown no connection takes new work, and each ends with the code 1001 once its work is done.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { ApiError } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import type { SocketMount } from '../operations/socket.ts';
import { sendErrorOnSocket } from './broken-request.ts';
import type { KeylessGuard } from './keyless-guard.ts';
import { type Connection, type ConnectionOptions, openConnection } from './socket-connection.ts';
import { canonicalUrl } from './spelling.ts';

export interface SocketOptions extends Omit<ConnectionOptions, 'headers'> {
  sockets: readonly SocketMount[];
  guard: KeylessGuard;
}

type Wanted = Pick<IncomingMessage, 'url' | 'headers'>;

/** Whether a request asks for a WebSocket that the server has. */
export function isSocketRequest(sockets: readonly SocketMount[], request: Wanted): boolean {
  return findMount(sockets, request) !== undefined;
}

function findMount(sockets: readonly SocketMount[], { url = '/', headers }: Wanted): SocketMount | undefined {
  if (headers.upgrade?.toLowerCase() !== 'websocket') return undefined;
  const [path] = canonicalUrl(url).split('?', 1);
  return sockets.find((mount) => mount.path === path);
}

/** Returns the function that ends all connections once their work is done. */
export function acceptSockets(server: Server, options: SocketOptions): () => Promise<void> {
  const connections = new Set<Connection>();
  let isClosing = false;
  const servers = new Map(
    options.sockets.map((mount) => [
      mount,
      new WebSocketServer({ noServer: true, maxPayload: mount.maxMessageBytes, perMessageDeflate: false }),
    ]),
  );
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const onError = () => socket.destroy();
    socket.on('error', onError);
    void admit(request, options).then(
      (mount) => {
        socket.off('error', onError);
        if (isClosing) return sendErrorOnSocket(errors.shuttingDown(), socket, options.newRequestId());
        servers.get(mount)?.handleUpgrade(request, socket, head, (opened) => accept(opened, mount, request));
      },
      (error: unknown) => sendErrorOnSocket(toApiError(error, options), socket, options.newRequestId()),
    );
  });
  function accept(opened: WebSocket, mount: SocketMount, { headers }: IncomingMessage): void {
    const connection = openConnection(opened, mount, { ...options, headers });
    connections.add(connection);
    opened.once('close', () => connections.delete(connection));
  }
  return async () => {
    isClosing = true;
    await Promise.all([...connections].map((connection) => connection.end()));
  };
}

async function admit(request: IncomingMessage, { sockets, authenticate, guard, stopped }: SocketOptions) {
  const mount = findMount(sockets, request);
  if (mount === undefined) throw errors.unknownUrl(request.method ?? 'GET', request.url?.split('?', 1)[0] ?? '');
  if (stopped.aborted) throw errors.shuttingDown();
  const refusal = await guard(request.headers);
  if (refusal !== undefined) throw refusal;
  await authenticate(request.headers);
  return mount;
}

function toApiError(error: unknown, { newRequestId, log }: SocketOptions): ApiError {
  if (error instanceof ApiError) return error;
  log.error({ err: error }, 'a WebSocket was not opened');
  return errors.internal(newRequestId(), error);
}
