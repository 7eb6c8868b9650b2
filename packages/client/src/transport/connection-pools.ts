/**
 * `poolConfig`: undici's agent and pools over connections that are observed. undici limits connections and streams;
 * this adds the wait for an exhausted pool, the limit of idle connections, and eviction.
 */
import type { Socket } from 'node:net';
import { Agent, type Client, type Dispatcher, Pool } from 'undici';
import { APIConnectionError } from '../core/errors.ts';
import type { Clock, ScheduledCall } from './clock.ts';
import { Connection, type ConnectionDeps } from './connection.ts';
import type { Connector } from './connector.ts';
import type { ResolvedOptions } from './resolve-options.ts';

interface StaleSocket {
  socket: Socket;
  since: number;
}

export class ConnectionPools {
  readonly agent: Agent;
  readonly #options: ResolvedOptions;
  readonly #clock: Clock;
  readonly #connector: Connector;
  /** Connections by origin. */
  readonly #connections = new Map<string, Set<Connection>>();
  #stale: StaleSocket[] = [];
  #eviction: ScheduledCall | undefined;
  #staleEviction: ScheduledCall | undefined;

  constructor(options: ResolvedOptions, connector: Connector, clock: Clock) {
    this.#options = options;
    this.#connector = connector;
    this.#clock = clock;
    this.agent = new Agent({ factory: (origin) => this.#createPool(new URL(origin)) });
  }

  /** Whether each connection that the origin may have is open: then a request that waits, waits for one of them. */
  isExhausted(origin: string): boolean {
    const { maxActiveConnections } = this.#options.poolConfig;
    const open = [...this.#of(origin)].filter((connection) => connection.isOpen && connection.active > 0);
    return maxActiveConnections !== -1 && open.length >= maxActiveConnections;
  }

  async close(): Promise<void> {
    this.#eviction?.cancel();
    this.#staleEviction?.cancel();
    for (const { socket } of this.#stale) socket.destroy();
    await this.agent.destroy();
    await this.#connector.close();
  }

  #of(origin: string): Set<Connection> {
    const connections = this.#connections.get(origin) ?? new Set();
    this.#connections.set(origin, connections);
    return connections;
  }

  #createPool(origin: URL): Pool {
    const { poolConfig } = this.#options;
    const deps: ConnectionDeps = {
      connect: this.#connector.connect,
      clock: this.#clock,
      options: this.#options,
      onIdle: () => this.#closeSurplus(origin.origin),
      onStale: (socket) => this.#watchStale(socket),
    };
    const connections = new Set<Connection>();
    this.#connections.set(origin.origin, connections);
    this.#scheduleEviction();
    return new Pool(origin, {
      ...createClientOptions(this.#options),
      connections: poolConfig.maxActiveConnections === -1 ? null : poolConfig.maxActiveConnections,
      connect: this.#connector.connect,
      factory: (url, options) => {
        const connection = new Connection(url, options as Client.Options, deps);
        connections.add(connection);
        return connection;
      },
    });
  }

  /** Closes the connections that have been idle for longest, down to `maxIdleConnections`. */
  #closeSurplus(origin: string): void {
    const idle = [...this.#of(origin)]
      .filter((connection) => connection.idleSince !== undefined)
      .sort((a, b) => (b.idleSince ?? 0) - (a.idleSince ?? 0));
    for (const connection of idle.slice(this.#options.poolConfig.maxIdleConnections)) connection.closeSocket();
  }

  #scheduleEviction(): void {
    const { minEvictableIdleTime, timeBetweenEvictionRuns } = this.#options.poolConfig;
    const run = () => {
      const before = this.#clock.now() - minEvictableIdleTime * 1000;
      for (const connections of this.#connections.values()) {
        for (const connection of connections) {
          if (connection.destroyed) connections.delete(connection);
          else if ((connection.idleSince ?? Number.POSITIVE_INFINITY) <= before) connection.closeSocket();
        }
      }
      this.#eviction = this.#clock.schedule(run, timeBetweenEvictionRuns * 1000, true);
    };
    this.#eviction ??= this.#clock.schedule(run, timeBetweenEvictionRuns * 1000, true);
  }

  #watchStale(socket: Socket): void {
    this.#stale.push({ socket, since: this.#clock.now() });
    const { minIdleTimeInStaleState, timeBetweenStaleEviction } = this.#options.poolConfig;
    // undici closes the socket when its streams end.
    if (minIdleTimeInStaleState === -1) return;
    const run = () => {
      const before = this.#clock.now() - minIdleTimeInStaleState * 1000;
      for (const stale of this.#stale) if (stale.since <= before) stale.socket.destroy(staleError());
      this.#stale = this.#stale.filter((stale) => !stale.socket.destroyed);
      const isDone = this.#stale.length === 0;
      this.#staleEviction = isDone ? undefined : this.#clock.schedule(run, timeBetweenStaleEviction * 1000, true);
    };
    this.#staleEviction ??= this.#clock.schedule(run, timeBetweenStaleEviction * 1000, true);
  }
}

function staleError(): Error {
  return new APIConnectionError(
    'the server announced the end of the connection (GOAWAY), and its grace period is over',
  );
}

/** More than the inaccuracy of undici's timers. */
const TIMEOUT_MARGIN_MS = 2000;

/** Settings of undici's client. */
function createClientOptions(options: ResolvedOptions): Pool.Options & { useH2c: boolean } {
  const { httpVersion, http2Settings, poolConfig, timeout, responseLimits } = options;
  // A fallback: the timer of the connection comes first.
  const timeoutMs = timeout === 0 ? 0 : Math.ceil(timeout * 1000) + TIMEOUT_MARGIN_MS;
  // undici's own timer is a fallback: `timeBetweenEvictionRuns` decides when an idle connection is closed.
  const idleMs = (poolConfig.minEvictableIdleTime + 2 * poolConfig.timeBetweenEvictionRuns) * 1000;
  return {
    allowH2: httpVersion === 'HTTP_2_0',
    // Not in `h2Options`: the pool reads it here, and opens one connection first instead of one per request.
    useH2c: http2Settings.http2PriorKnowledge,
    maxConcurrentStreams: poolConfig.maxActiveStreamsPerConnection,
    initialWindowSize: http2Settings.http2InitialWindowSize,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    maxHeaderSize: responseLimits.maxHeaderSize,
  };
}

export type Interceptor = Dispatcher.DispatcherComposeInterceptor;
