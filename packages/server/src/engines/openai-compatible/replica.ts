/** One address of an upstream: its connection pool, state, models and current load. */
import { type Dispatcher, Pool } from 'undici';
import { traceHeaders } from '../../lib/trace-context.ts';
import type { UpstreamOptions } from './options.ts';

/** `trial`: health checks succeed again, and it gets one request at a time until one succeeds. */
export type ReplicaState = 'up' | 'trial' | 'down';

export interface ReplicaRequest {
  method: 'GET' | 'POST';
  /** Behind the API root, e.g. `/chat/completions`. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  /** JSON, unless `headers` name another type. */
  body?: string | Uint8Array;
  signal: AbortSignal;
}

export class Replica {
  /** For the log; never sent to clients. */
  readonly url: string;
  readonly #prefix: string;
  readonly #pool: Pool;
  readonly #headers: Readonly<Record<string, string>>;
  state: ReplicaState = 'up';
  inFlight = 0;
  /** Totals, see UpstreamReport. */
  readonly failures = { connect: 0, answer: 0 };
  /** Ids of its last model list; undefined before the first one. */
  models: ReadonlySet<string> | undefined;

  constructor(url: string, { apiKey, connectTimeoutMs }: Pick<UpstreamOptions, 'apiKey' | 'connectTimeoutMs'>) {
    const { origin, pathname } = new URL(url);
    this.url = url;
    this.#prefix = pathname.replace(/\/+$/, '');
    // The caller limits the time of an answer: the limit differs before and after its first event.
    this.#pool = new Pool(origin, { connect: { timeout: connectTimeoutMs }, headersTimeout: 0, bodyTimeout: 0 });
    this.#headers = {
      'content-type': 'application/json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    };
  }

  request({ method, path, headers = {}, body, signal }: ReplicaRequest): Promise<Dispatcher.ResponseData> {
    return this.#pool.request({
      method,
      path: this.#prefix + path,
      headers: { ...this.#headers, ...traceHeaders(), ...headers },
      body: body ?? null,
      signal,
    });
  }

  /** Requests that wait for a connection. */
  get waiting(): number {
    return this.#pool.stats.queued;
  }

  /** Whether it may get a request. */
  get isReady(): boolean {
    return this.state === 'up' || (this.state === 'trial' && this.inFlight === 0);
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
