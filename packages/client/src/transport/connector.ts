/**
 * Opens the sockets of connections: `socketConfig`, `secureSocket`, `proxy` and the request line of HTTP/1.0, around
 * undici's connector.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { callbackify, promisify } from 'node:util';
import { buildConnector } from 'undici';
import { APIConnectionTimeoutError } from '../core/errors.ts';
import type { Clock } from './clock.ts';
import type { ResolvedOptions } from './resolve-options.ts';
import { RevocationCheck } from './revocation.ts';
import { createTlsOptions } from './tls-options.ts';
import { createTunnel } from './tunnel.ts';

export type Connect = (target: buildConnector.Options, callback: buildConnector.Callback) => void;

export interface Connector {
  connect: Connect;
  close(): Promise<void>;
}

/** TLS sessions that a client keeps for resumption. */
const MAX_CACHED_SESSIONS = 100;

/** OCSP responses that servers send in the handshake. */
const STAPLES = new WeakMap<Socket, Buffer>();

export function createConnector(options: ResolvedOptions, clock: Clock): Connector {
  const { proxy, socketConfig, secureSocket } = options;
  const timeoutMs = socketConfig.connectTimeOut * 1000;
  const open = promisify(createOpener(options, clock)) as (target: buildConnector.Options) => Promise<Socket>;
  const { certValidation } = secureSocket;
  const revocation = certValidation === undefined ? undefined : new RevocationCheck(certValidation, clock);
  async function checkRevocation(socket: TLSSocket): Promise<void> {
    try {
      await revocation?.check(socket, STAPLES.get(socket));
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }
  const tunnel =
    proxy === undefined ? undefined : createTunnel(proxy, { timeoutMs, keepAlive: socketConfig.keepAlive });
  async function openSocket(target: buildConnector.Options): Promise<Socket> {
    const isSecure = target.protocol === 'https:';
    const named = isSecure ? { ...target, servername: secureSocket.serverName ?? target.servername ?? '' } : target;
    const tunnelled = await tunnel?.open(target);
    if (!isSecure) return tunnelled ?? open(named);
    const socket = (await open(tunnelled === undefined ? named : { ...named, httpSocket: tunnelled })) as TLSSocket;
    await checkRevocation(socket);
    return socket;
  }
  const connect = callbackify(async (target: buildConnector.Options) => {
    const socket = await openSocket(target);
    prepare(socket, options);
    return socket;
  });
  return {
    connect: (target, callback) =>
      connect(target, (error: Error | null, socket?: Socket) => {
        if (error === null && socket !== undefined) callback(null, socket);
        else callback(error ?? new Error('no socket'), null);
      }),
    close: async () => tunnel?.close(),
  };
}

/** undici's connector, replaced after `sessionTimeout` because it keeps TLS sessions without a limit of time. */
function createOpener({ httpVersion, secureSocket, socketConfig }: ResolvedOptions, clock: Clock): Connect {
  const { shareSession = true, handshakeTimeout, sessionTimeout = Number.POSITIVE_INFINITY } = secureSocket;
  const build = () =>
    buildConnector({
      ...createTlsOptions(secureSocket),
      allowH2: httpVersion === 'HTTP_2_0',
      preferH2: true,
      maxCachedSessions: shareSession ? MAX_CACHED_SESSIONS : 0,
      timeout: socketConfig.connectTimeOut * 1000,
      keepAlive: socketConfig.keepAlive,
    });
  let connector = build();
  let builtAt = clock.now();
  return (target, callback) => {
    if (clock.now() - builtAt >= sessionTimeout * 1000) {
      connector = build();
      builtAt = clock.now();
    }
    // The connector returns its socket, which its type omits.
    const socket = connector(target, callback) as unknown as Socket;
    socket.on('OCSPResponse', (staple: Buffer | null) => {
      if (staple !== null && staple.length > 0) STAPLES.set(socket, staple);
    });
    if (target.protocol === 'https:' && handshakeTimeout !== undefined) {
      limitHandshake(socket, handshakeTimeout, clock, target.httpSocket !== undefined);
    }
  };
}

function limitHandshake(socket: Socket, seconds: number, clock: Clock, isConnected: boolean): void {
  const start = () => {
    const timer = clock.schedule(() => {
      socket.destroy(
        new APIConnectionTimeoutError(
          `the TLS handshake took longer than secureSocket.handshakeTimeout (${seconds} s)`,
        ),
      );
    }, seconds * 1000);
    socket.once('secureConnect', () => timer.cancel());
    socket.once('close', () => timer.cancel());
  };
  if (isConnected) start();
  else socket.once('connect', start);
}

function prepare(socket: Socket, { httpVersion, http2Settings, socketConfig }: ResolvedOptions): void {
  socket.setNoDelay(socketConfig.tcpNoDelay);
  if (httpVersion === 'HTTP_1_0') speakHttp10(socket);
  // undici reads from the socket which protocol to speak.
  const negotiated = socket as { alpnProtocol?: string | false | null };
  if (http2Settings.http2PriorKnowledge && !('encrypted' in socket)) negotiated.alpnProtocol = 'h2';
}

const REQUEST_LINE = /^([A-Z]+ \S+) HTTP\/1\.1\r\n/;

/** undici writes heads, and only heads, as strings that start with a request line of HTTP/1.1. */
function speakHttp10(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = (chunk: unknown, ...rest: unknown[]) =>
    write(typeof chunk === 'string' ? chunk.replace(REQUEST_LINE, '$1 HTTP/1.0\r\n') : chunk, ...rest);
}
