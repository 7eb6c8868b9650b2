/** Connections to MCP servers: over Streamable HTTP, or else over the older HTTP with server-sent events. */
import {
  Client,
  type FetchLike,
  SdkHttpError,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import type { Outbound } from '../../outbound/outbound.ts';
import type { McpSettings } from './settings.ts';

export interface McpLimits {
  /** Maximum bytes of each response of a server. */
  maxBytes: number;
  /** From the first request to the result. */
  timeoutMs: number;
}

export interface ConnectOptions {
  outbound: Outbound;
  limits: McpLimits;
  signal: AbortSignal;
}

export interface McpConnection {
  client: Client;
  /** Options of each request. */
  request: { signal: AbortSignal; timeout: number };
}

const CLIENT = { name: 'selfsame', version: '1' };
/** Pages of one list of tools. */
const MAX_PAGES = 16;
/** Maximum time of the request that ends a session. */
const END_TIMEOUT_MS = 2_000;

/** Connects, works, and closes the session. @throws the errors of the SDK, of `outbound`, and those of the work. */
export async function withConnection<T>(
  settings: McpSettings,
  { outbound, limits, signal }: ConnectOptions,
  work: (connection: McpConnection) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const stop = AbortSignal.any([signal, timeout]);
  const request = { signal: stop, timeout: limits.timeoutMs };
  const open = { settings, fetch: toFetch(outbound, limits, stop), request };
  const { client, end } = await connect(open);
  try {
    return await work({ client, request });
  } finally {
    await end();
  }
}

function toFetch(outbound: Outbound, limits: McpLimits, stop: AbortSignal): FetchLike {
  const send = outbound.limited(limits);
  // The SDK passes no signal to some of its requests, which would outlive the call.
  return (url, init) => {
    const signal = init?.signal == null ? stop : AbortSignal.any([init.signal, stop]);
    return send(url, { ...init, signal });
  };
}

interface Opening {
  settings: McpSettings;
  fetch: FetchLike;
  request: McpConnection['request'];
}

interface Opened {
  client: Client;
  end(): Promise<void>;
}

/** A server that does not have Streamable HTTP refuses its first request with one of these. */
const WITHOUT_STREAMABLE: ReadonlySet<number> = new Set([400, 404, 405]);

async function connect(opening: Opening): Promise<Opened> {
  try {
    return await connectStreamable(opening);
  } catch (error) {
    if (!(error instanceof SdkHttpError) || !WITHOUT_STREAMABLE.has(error.status)) throw error;
    // The first error says more, if the server has neither transport.
    return connectSse(opening).catch(() => Promise.reject(error));
  }
}

async function connectStreamable({ settings, fetch, request }: Opening): Promise<Opened> {
  const client = createClient();
  const transport = new StreamableHTTPClientTransport(new URL(settings.server_url), {
    fetch,
    requestInit: { headers: toHeaders(settings) },
    reconnectionOptions: NO_RECONNECTION,
  });
  await client.connect(transport, request);
  const end = async () => {
    const late = new Promise((resolve) => setTimeout(resolve, END_TIMEOUT_MS).unref());
    await Promise.race([transport.terminateSession().catch(() => undefined), late]);
    await client.close();
  };
  return { client, end };
}

const NO_RECONNECTION = {
  maxRetries: 0,
  initialReconnectionDelay: 1000,
  maxReconnectionDelay: 1000,
  reconnectionDelayGrowFactor: 1,
};

async function connectSse({ settings, fetch, request }: Opening): Promise<Opened> {
  const client = createClient();
  const requestInit = { headers: toHeaders(settings) };
  const transport = new SSEClientTransport(new URL(settings.server_url), { fetch, requestInit });
  await client.connect(transport, request);
  return { client, end: () => client.close() };
}

function createClient(): Client {
  const client = new Client(CLIENT, { listMaxPages: MAX_PAGES });
  // Errors of the standing stream: those of requests reject the requests.
  client.onerror = () => undefined;
  return client;
}

function toHeaders({ headers, authorization }: McpSettings): Record<string, string> {
  return { ...headers, ...(authorization === undefined ? {} : { authorization: `Bearer ${authorization}` }) };
}
