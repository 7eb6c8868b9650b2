/** `proxy`: opens a connection through a proxy, with CONNECT of undici or with the package `socks`. */
import type { Socket } from 'node:net';
import { SocksClient } from 'socks';
import { type buildConnector, Pool } from 'undici';
import type { ProxyOptions } from './connection-options.ts';
import { ProxyAuthenticationError, ProxyError } from './transport-errors.ts';

export interface Tunnel {
  /** @throws ProxyAuthenticationError or ProxyError */
  open(target: buildConnector.Options): Promise<Socket>;
  close(): Promise<void>;
}

interface TunnelOptions {
  /** Limits the connection to the proxy, and its response. */
  timeoutMs: number;
  /** TCP keep-alive probes. */
  keepAlive: boolean;
}

export function createTunnel(proxy: ProxyOptions, options: TunnelOptions): Tunnel {
  const { protocol = 'HTTP' } = proxy;
  return protocol === 'HTTP'
    ? createHttpTunnel(proxy, options)
    : createSocksTunnel(proxy, protocol === 'SOCKS4' ? 4 : 5, options);
}

function createHttpTunnel({ host, port, userName, password }: ProxyOptions, options: TunnelOptions): Tunnel {
  const address = host.includes(':') ? `[${host}]` : host;
  const pool = new Pool(`http://${address}:${port}`, {
    allowH2: false,
    headersTimeout: options.timeoutMs,
    connect: { timeout: options.timeoutMs, keepAlive: options.keepAlive },
  });
  const credentials = Buffer.from(`${userName ?? ''}:${password ?? ''}`).toString('base64');
  const headers = userName === undefined ? {} : { 'proxy-authorization': `Basic ${credentials}` };
  async function open(target: buildConnector.Options): Promise<Socket> {
    const path = `${target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname}:${portOf(target)}`;
    const { statusCode, socket } = await pool.connect({ path, headers: { ...headers, host: path } }).catch(fail);
    if (statusCode === 200) return socket as Socket;
    socket.on('error', () => {
      // The proxy may reset the connection after its refusal.
    });
    socket.destroy();
    if (statusCode !== 407) throw new ProxyError(`the proxy refused the connection with status ${statusCode}`);
    throw new ProxyAuthenticationError(
      userName === undefined
        ? 'the proxy demands a user name and a password (407): set proxy.userName and proxy.password'
        : 'the proxy refused proxy.userName or proxy.password (407)',
    );
  }
  return { open, close: () => pool.destroy() };
}

function createSocksTunnel(
  { host, port, userName, password }: ProxyOptions,
  type: 4 | 5,
  { timeoutMs, keepAlive }: TunnelOptions,
): Tunnel {
  const proxy = {
    host,
    port,
    type,
    ...(userName === undefined ? {} : { userId: userName }),
    ...(password === undefined ? {} : { password }),
  };
  async function open(target: buildConnector.Options): Promise<Socket> {
    const { socket } = await SocksClient.createConnection({
      proxy,
      command: 'connect',
      destination: { host: target.hostname, port: portOf(target) },
      ...(timeoutMs === 0 ? {} : { timeout: timeoutMs }),
    }).catch(fail);
    socket.setKeepAlive(keepAlive);
    return socket;
  }
  return { open, close: async () => undefined };
}

function portOf({ port, protocol }: buildConnector.Options): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

function fail(error: Error): never {
  if (/authentication|user ?id|ident/i.test(error.message)) {
    throw new ProxyAuthenticationError('the proxy refused proxy.userName or proxy.password', { cause: error });
  }
  throw new ProxyError(`the proxy cannot be reached or refused the connection: ${error.message}`, { cause: error });
}
