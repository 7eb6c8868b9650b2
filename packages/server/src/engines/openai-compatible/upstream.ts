/**
 * Balances the requests of one upstream: the least loaded replica that is up gets a request; before its first event, a
 * failed request is sent to another replica. Invariant: after the first event a request is never sent again. If no
 * replica is up, those that are down are tried, so that no request fails only because the next health check is not due
 * yet.
 */
import type { Dispatcher } from 'undici';
import { errors } from '../../errors/catalogue.ts';
import type { UpstreamReport } from '../upstream-report.ts';
import type { Call, Calls } from './calls.ts';
import type { UpstreamOptions } from './options.ts';
import { Replica } from './replica.ts';
import { toIdleCloseError, toStatusError, toTransportError, UpstreamError } from './upstream-error.ts';

export interface UpstreamRequest {
  /** Behind the API root, e.g. `/chat/completions`. */
  path: string;
  /** JSON, unless `headers` name another type. */
  body: string | Uint8Array;
  /** The upstream's id of the model. Replicas that list it are preferred. */
  model: string;
  headers?: Readonly<Record<string, string>>;
}

/** Reads the start of an answer. Throws an UpstreamError if the response is not an answer. */
export type Read<T> = (response: Dispatcher.ResponseData, call: Call) => Promise<T>;

export interface Send<T> {
  calls: Calls;
  /** Of the client. */
  signal: AbortSignal;
  read: Read<T>;
}

export interface Sent<T> {
  value: T;
  call: Call;
  /** Must be called when the answer has ended, with its failure if any. */
  release(failure?: UpstreamError): void;
}

export interface Upstream {
  readonly options: UpstreamOptions;
  readonly replicas: readonly Replica[];
  /** Throws ApiError, or the abort reason of the call. */
  send<T>(request: UpstreamRequest, send: Send<T>): Promise<Sent<T>>;
  reports(): UpstreamReport[];
  /** Breaks all connections. */
  close(): Promise<void>;
}

/** A request that kills its server must not reach every replica. */
const MAX_ATTEMPTS = 3;

export function createUpstream(options: UpstreamOptions): Upstream {
  const replicas = options.urls.map((url) => new Replica(url, options));
  let turn = 0;

  const choose = (model: string, tried: ReadonlySet<Replica>): Replica => {
    turn += 1;
    const untried = tried.size === 0 ? replicas : replicas.filter((replica) => !tried.has(replica));
    const ready = untried.filter((replica) => replica.isReady);
    // An upstream may serve a model under a name that it does not list.
    const having = ready.filter((replica) => replica.models?.has(model) === true);
    return leastLoaded([having, ready, untried].find((some) => some.length > 0) ?? replicas, turn);
  };

  return {
    options,
    replicas,
    async send(request, send) {
      const tried = new Set<Replica>();
      let attempts = 0;
      for (;;) {
        const replica = choose(request.model, tried);
        tried.add(replica);
        try {
          return await attempt(replica, request, { ...send, options });
        } catch (error) {
          if (!(error instanceof UpstreamError)) throw error;
          attempts += 1;
          if (error.verdict === 'again' && attempts < MAX_ATTEMPTS) {
            tried.delete(replica);
            continue;
          }
          const last = tried.size >= Math.min(replicas.length, MAX_ATTEMPTS) || attempts >= MAX_ATTEMPTS;
          if (error.verdict === 'final' || last) throw error.error;
        }
      }
    },
    reports: () =>
      replicas.map(({ state, inFlight, waiting, failures }, index) => ({
        upstream: options.name,
        replica: index + 1,
        up: state !== 'down',
        busy: inFlight - waiting,
        waiting,
        failures,
      })),
    async close() {
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  };
}

/** Replicas with equal load take turns. `replicas` is not empty. */
function leastLoaded(replicas: readonly Replica[], turn: number): Replica {
  const at = (index: number) => replicas[(turn + index) % replicas.length] as Replica;
  let best = at(0);
  for (let i = 1; i < replicas.length; i += 1) if (at(i).inFlight < best.inFlight) best = at(i);
  return best;
}

/** Throws an UpstreamError, or the abort reason of the call. */
async function attempt<T>(
  replica: Replica,
  request: UpstreamRequest,
  { options, calls, signal, read }: Send<T> & { options: UpstreamOptions },
): Promise<Sent<T>> {
  const call = calls.start(signal);
  replica.inFlight += 1;
  let isReleased = false;
  const release = (failure?: UpstreamError) => {
    if (isReleased) return;
    isReleased = true;
    call.end();
    replica.inFlight -= 1;
    if (failure?.verdict === 'down' || failure?.verdict === 'other-replica') replica.failures[failure.phase] += 1;
    if (failure?.verdict === 'down') markDown(replica, options, failure.error);
    else if (failure === undefined) replica.state = 'up';
  };
  try {
    call.expectWithin(options.headersTimeoutMs, () => toSilenceError(options));
    const asked = replica.request({ ...request, method: 'POST', signal: call.signal });
    const response = await asked.catch((error: unknown) => {
      throw toIdleCloseError(options, error) ?? error;
    });
    if (response.statusCode !== 200) throw await toStatusError(options, response);
    return { value: await read(response, call), call, release };
  } catch (error) {
    const known = toKnown(options, call, error);
    release(known instanceof UpstreamError ? known : DISCONNECTED);
    throw known;
  }
}

function toSilenceError({ name, headersTimeoutMs }: UpstreamOptions): UpstreamError {
  return new UpstreamError(errors.upstreamTimeout(name, `nothing came for ${headersTimeoutMs} ms.`), 'down');
}

/** A disconnected client is not a failure of the replica. */
const DISCONNECTED = new UpstreamError(errors.engineFailed('the caller left.'), 'final');

/** The UpstreamError of a failed request, or the reason if this server aborted the call. */
export function toKnown(options: UpstreamOptions, call: Call, error: unknown): unknown {
  return call.signal.aborted ? call.signal.reason : toTransportError(options, error);
}

export function markDown(replica: Replica, { name, log }: UpstreamOptions, reason: Error): void {
  if (replica.state !== 'down') {
    log.warn({ upstream: name, url: replica.url, reason: reason.message }, 'upstream: a replica is out of order');
  }
  replica.state = 'down';
}
