/** One address of an upstream: its kept connections, its state, what it serves, and how much it does just now. */
import { type Dispatcher, Pool } from 'undici';
import { traceHeaders } from '../../lib/trace-context.ts';
import type { UpstreamOptions } from './options.ts';

/** `trial`: it answers health checks again and is given one request at a time, until one succeeds. */
export type ReplicaState = 'up' | 'trial' | 'down';

export interface ReplicaRequest {
  method: 'GET' | 'POST';
  /** Behind the API root, e.g. `/chat/completions`. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  signal: AbortSignal;
}

export class Replica {
  /** For the log; it is no secret, but no business of clients either. */
  readonly url: string;
  readonly #prefix: string;
  readonly #pool: Pool;
  readonly #headers: Readonly<Record<string, string>>;
  state: ReplicaState = 'up';
  inFlight = 0;
  /** So far, see UpstreamReport. */
  readonly failures = { connect: 0, answer: 0 };
  /** Ids that it listed last; undefined = it never did. */
  models: ReadonlySet<string> | undefined;

  constructor(url: string, { apiKey, connectTimeoutMs }: Pick<UpstreamOptions, 'apiKey' | 'connectTimeoutMs'>) {
    const { origin, pathname } = new URL(url);
    this.url = url;
    this.#prefix = pathname.replace(/\/+$/, '');
    // The time an answer may take is the caller's business: it differs before its first event and after.
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

  /** Whether it may be given a request. */
  get ready(): boolean {
    return this.state === 'up' || (this.state === 'trial' && this.inFlight === 0);
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }
}
