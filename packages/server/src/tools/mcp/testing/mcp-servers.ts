/** For tests: the public MCP servers as child processes, reachable over HTTP. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface RunningServer {
  url: string;
  close(): Promise<void>;
}

const require = createRequire(import.meta.url);
const pathOf = (name: string) => join(dirname(require.resolve(`${name}/package.json`)), 'dist', 'index.js');
const START_TIMEOUT_MS = 20_000;

async function findFreePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** `@modelcontextprotocol/server-everything` over one of its transports. */
export async function startEverything(transport: 'streamableHttp' | 'sse'): Promise<RunningServer> {
  const port = await findFreePort();
  const env = { ...process.env, PORT: String(port) };
  const child = spawn(process.execPath, [pathOf('@modelcontextprotocol/server-everything'), transport], {
    env,
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}/${transport === 'sse' ? 'sse' : 'mcp'}`;
  await isReachable(url);
  return {
    url,
    async close() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

async function isReachable(url: string): Promise<void> {
  const end = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      const response = await fetch(url);
      await response.body?.cancel();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await wait(50);
    }
  }
}

/** Forwards to another server the requests that have the bearer token; answers others with 401. */
export async function startTokenProxy(target: string, token: string): Promise<RunningServer> {
  return listen(
    createServer((incoming, outgoing) => {
      if (incoming.headers.authorization !== `Bearer ${token}`) {
        outgoing.writeHead(401).end();
        return;
      }
      const url = new URL(incoming.url ?? '/', target);
      const { method = 'GET', headers } = incoming;
      const sent = forward(url, { method, headers: { ...headers, host: url.host } }, (received) => {
        outgoing.writeHead(received.statusCode ?? 502, received.headers);
        received.pipe(outgoing);
      });
      sent.on('error', () => outgoing.destroy());
      incoming.pipe(sent);
    }),
  );
}

/** `@modelcontextprotocol/server-filesystem` for one folder. It speaks over its standard streams only. */
export async function startFileSystem(folder: string): Promise<RunningServer> {
  const children: Bridge['children'] = new Set();
  const server = createServer((incoming, outgoing) => void bridge(incoming, outgoing, { folder, children }));
  const running = await listen(server);
  return {
    url: running.url,
    async close() {
      for (const child of children) child.kill();
      await running.close();
    },
  };
}

async function bridge(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { folder, children }: Bridge,
): Promise<void> {
  if (incoming.method !== 'POST') {
    outgoing.writeHead(405).end();
    return;
  }
  const body = Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>)).toString();
  const message = JSON.parse(body) as Message;
  if (message.id === undefined) {
    outgoing.writeHead(202).end();
    return;
  }
  const reply = await exchange({ folder, children }, message);
  outgoing.writeHead(200, { 'content-type': 'application/json' }).end(reply);
}

interface Message {
  id?: number;
  method: string;
}

interface Bridge {
  folder: string;
  children: Set<{ kill(): void }>;
}

/** One request in a process of its own: initializes it and sends the request. */
async function exchange({ folder, children }: Bridge, message: Message): Promise<string> {
  const child = spawn(process.execPath, [pathOf('@modelcontextprotocol/server-filesystem'), folder], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  children.add(child);
  const send = (value: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...value })}\n`);
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'bridge', version: '1' } };
  if (message.method === 'initialize') send(message);
  else send({ id: 'bridge', method: 'initialize', params });
  let text = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    text += chunk.toString();
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const { id } = JSON.parse(line) as { id?: unknown };
      if (id === message.id) {
        child.kill();
        children.delete(child);
        return line;
      }
      if (id !== 'bridge') continue;
      send({ method: 'notifications/initialized' });
      send(message);
    }
  }
  throw new Error('The server ended without a reply.');
}

export async function listen(server: Server): Promise<RunningServer> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
