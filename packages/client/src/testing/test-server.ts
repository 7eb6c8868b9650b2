/** Real servers on 127.0.0.1 that record what they receive. They stop after the test. */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type SecureServerOptions,
  type ServerHttp2Session,
} from 'node:http2';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';

export interface ReceivedRequest {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** `1.0`, `1.1` or `2.0`. */
  httpVersion: string;
}

/** What both versions of HTTP offer. */
export type TestResponse = Pick<ServerResponse, 'setHeader' | 'on'> & {
  writeHead(status: number, headers?: Record<string, string | string[] | number>): unknown;
  write(chunk: string | Buffer): boolean;
  end(chunk?: string | Buffer): unknown;
  destroy(): unknown;
};

export type Responder = (request: ReceivedRequest, response: TestResponse) => unknown;

export interface TestServer {
  url: URL;
  requests: ReceivedRequest[];
  /** Connections since the start. */
  connections: Socket[];
  /** Connections that are open now. */
  openConnections(): number;
  /** Calls back with each connection of TLS after its handshake. */
  onSecure(callback: (socket: TLSSocket) => void): void;
  /** Staples an OCSP response to the certificate. */
  onOcspRequest(respond: () => Buffer): void;
}

export interface TestHttp2Server extends TestServer {
  sessions: ServerHttp2Session[];
}

/** HTTP/1.1, or HTTPS with `tls`. */
export async function startServer(respond: Responder, tls?: ServerOptions): Promise<TestServer> {
  const requests: ReceivedRequest[] = [];
  const listener = createListener(requests, respond);
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  server.keepAliveTimeout = 0;
  return { ...(await listen(server, tls === undefined ? 'http' : 'https')), requests };
}

/** HTTP/2: over TLS with HTTP/1.1 as alternative, or over plain text without `tls`. */
export async function startHttp2Server(respond: Responder, tls?: SecureServerOptions): Promise<TestHttp2Server> {
  const requests: ReceivedRequest[] = [];
  const sessions: ServerHttp2Session[] = [];
  const listener = createListener(requests, respond);
  const server = tls === undefined ? createHttp2Server() : createSecureServer({ allowHTTP1: true, ...tls });
  server.on('request', listener as (request: Http2ServerRequest, response: Http2ServerResponse) => void);
  server.on('session', (session) => sessions.push(session));
  return { ...(await listen(server, tls === undefined ? 'http' : 'https')), requests, sessions };
}

/** Bytes without a protocol. */
export async function startTcpServer(onConnection: (socket: Socket) => void): Promise<Omit<TestServer, 'requests'>> {
  return listen(createTcpServer(onConnection), 'http');
}

/** Sends `text` as the whole answer to each request. */
export async function startRawServer(text: string): Promise<Omit<TestServer, 'requests'>> {
  return startTcpServer((socket) => socket.on('data', () => socket.write(text)));
}

function createListener(requests: ReceivedRequest[], respond: Responder) {
  const receive = async (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const received: ReceivedRequest = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks),
      httpVersion: request.httpVersion,
    };
    requests.push(received);
    await respond(received, response as TestResponse);
  };
  return (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): void => {
    // Clients end connections in the middle of requests.
    receive(request, response).catch(() => response.destroy());
  };
}

async function listen(server: Server, protocol: string): Promise<Omit<TestServer, 'requests'>> {
  const connections: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    connections.push(socket);
    socket.on('error', () => {
      // Clients reset connections in these tests.
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of connections) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  const openConnections = () => connections.filter((socket) => !socket.destroyed).length;
  const onSecure = (callback: (socket: TLSSocket) => void) => server.on('secureConnection', callback);
  const onOcspRequest = (respond: () => Buffer) =>
    server.on('OCSPRequest', (_certificate: Buffer, _issuer: Buffer, callback: (error: null, staple: Buffer) => void) =>
      callback(null, respond()),
    );
  const url = new URL(`${protocol}://127.0.0.1:${port}/`);
  return { url, connections, openConnections, onSecure, onOcspRequest };
}
