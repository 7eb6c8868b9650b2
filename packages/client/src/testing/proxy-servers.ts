/** Proxies on 127.0.0.1: CONNECT with a password, and SOCKS 4, 4a and 5. They stop after the test. */
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface TestProxy {
  host: string;
  port: number;
  /** `host:port` of each connection that a client asked for. */
  targets: string[];
  /** Credentials that clients sent: the header of CONNECT, or user name and password of SOCKS. */
  credentials: (string | undefined)[];
}

/** Demands the credentials of `Basic` if they are given. Resolves names to 127.0.0.1. */
export async function startHttpProxy(credentials?: string): Promise<TestProxy> {
  const proxy: Omit<TestProxy, 'host' | 'port'> = { targets: [], credentials: [] };
  const server = createServer((_, response) => {
    response.writeHead(501);
    response.end();
  });
  server.on('connect', (request, socket: Socket) => {
    const given = request.headers['proxy-authorization'];
    proxy.credentials.push(given);
    const expected = credentials === undefined ? given : `Basic ${Buffer.from(credentials).toString('base64')}`;
    if (given !== expected) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    proxy.targets.push(request.url ?? '');
    relay(socket, Number(request.url?.split(':').at(-1)), () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
  });
  return { ...(await listen(server)), ...proxy };
}

/** Demands user name and password of SOCKS 5, or the user id of SOCKS 4, if they are given as `name:password`. */
export async function startSocksProxy(credentials?: string): Promise<TestProxy> {
  const proxy: Omit<TestProxy, 'host' | 'port'> = { targets: [], credentials: [] };
  const server = createTcpServer((socket) => {
    const reader = new ByteReader(socket);
    const serve = async () => {
      const [version = 0] = await reader.read(1);
      const isAccepted =
        version === 4 ? await serve4(reader, proxy, credentials) : await serve5(reader, proxy, credentials);
      if (!isAccepted) socket.end();
    };
    serve().catch(() => socket.destroy());
  });
  return { ...(await listen(server)), ...proxy };
}

type Recorder = Omit<TestProxy, 'host' | 'port'>;

async function serve4(reader: ByteReader, proxy: Recorder, credentials: string | undefined): Promise<boolean> {
  const head = await reader.read(7);
  const port = head.readUInt16BE(1);
  const address = [...head.subarray(3)].join('.');
  const user = await reader.readUntilZero();
  // 4a: the address 0.0.0.x announces a name.
  const host = /^0\.0\.0\.[1-9]/.test(address) ? await reader.readUntilZero() : address;
  proxy.credentials.push(user);
  const isAllowed = credentials === undefined || credentials === user;
  const reply = Buffer.from([0, isAllowed ? 90 : 93, 0, 0, 0, 0, 0, 0]);
  if (!isAllowed) {
    reader.socket.write(reply);
    return false;
  }
  proxy.targets.push(`${host}:${port}`);
  reader.stop();
  relay(reader.socket, port, () => reader.socket.write(reply));
  return true;
}

async function serve5(reader: ByteReader, proxy: Recorder, credentials: string | undefined): Promise<boolean> {
  const { socket } = reader;
  const [count = 0] = await reader.read(1);
  await reader.read(count);
  socket.write(Buffer.from([5, credentials === undefined ? 0 : 2]));
  if (credentials !== undefined) {
    await reader.read(1);
    const user = (await reader.read((await reader.read(1))[0] ?? 0)).toString();
    const password = (await reader.read((await reader.read(1))[0] ?? 0)).toString();
    proxy.credentials.push(`${user}:${password}`);
    const isAllowed = `${user}:${password}` === credentials;
    socket.write(Buffer.from([1, isAllowed ? 0 : 1]));
    if (!isAllowed) return false;
  }
  const [, , , type] = await reader.read(4);
  const host =
    type === 3 ? (await reader.read((await reader.read(1))[0] ?? 0)).toString() : [...(await reader.read(4))].join('.');
  const port = (await reader.read(2)).readUInt16BE();
  proxy.targets.push(`${host}:${port}`);
  reader.stop();
  relay(socket, port, () => socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0])));
  return true;
}

/** Reads a number of bytes at a time. */
class ByteReader {
  readonly socket: Socket;
  #bytes = Buffer.alloc(0);
  #wake: (() => void) | undefined;
  readonly #onData = (chunk: Buffer) => {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    this.#wake?.();
  };

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', this.#onData);
  }

  async read(count: number): Promise<Buffer> {
    while (this.#bytes.length < count) await this.#untilData();
    const read = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return read;
  }

  #untilData(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async readUntilZero(): Promise<string> {
    let text = '';
    for (let [byte = 0] = await this.read(1); byte !== 0; [byte = 0] = await this.read(1)) {
      text += String.fromCharCode(byte);
    }
    return text;
  }

  stop(): void {
    this.socket.off('data', this.#onData);
  }
}

function relay(socket: Socket, port: number, onConnected: () => void): void {
  const upstream = connect(port, '127.0.0.1', () => {
    onConnected();
    socket.pipe(upstream).pipe(socket);
  });
  upstream.on('error', () => socket.destroy());
  socket.on('close', () => upstream.destroy());
}

async function listen(server: Server): Promise<{ host: string; port: number }> {
  const sockets: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}
