/**
 * The replicas of one upstream: the least loaded that is up takes a request; while nothing of an answer has come, another is tried.
 * Invariant: once the first event was read a request is never sent again. When no replica is up, those that are down are tried:
 * a health check that is not due yet refuses nobody.
 */
import type { Dispatcher } from 'undici';
import { errors } from '../../errors/catalogue.ts';
import type { UpstreamReport } from '../upstream-report.ts';
import type { Call, Calls } from './calls.ts';
import { Fault, toIdleCloseFault, toStatusFault, toTransportFault } from './fault.ts';
import type { UpstreamOptions } from './options.ts';
import { Replica } from './replica.ts';

export interface UpstreamRequest {
  /** Behind the API root, e.g. `/chat/completions`. */
  path: string;
  /** JSON. */
  body: string;
  /** The upstream's id of the model: only replicas that have it are asked. */
  model: string;
  headers?: Readonly<Record<string, string>>;
}

/** Reads the beginning of an answer. Throws a Fault where it is none. */
export type Read<T> = (response: Dispatcher.ResponseData, call: Call) => Promise<T>;

export interface Send<T> {
  calls: Calls;
  /** Of the caller. */
  signal: AbortSignal;
  read: Read<T>;
}

export interface Sent<T> {
  value: T;
  call: Call;
  /** To be called when the answer is over, with what went wrong. */
  release(fault?: Fault): void;
}

export interface Upstream {
  readonly options: UpstreamOptions;
  readonly replicas: readonly Replica[];
  /** Throws ApiError, or the reason with which the call was ended. */
  send<T>(request: UpstreamRequest, send: Send<T>): Promise<Sent<T>>;
  reports(): UpstreamReport[];
  /** Breaks all connections. */
  close(): Promise<void>;
}

/** A request that kills what serves it must not be handed through a whole fleet. */
const MAX_ATTEMPTS = 3;

export function createUpstream(options: UpstreamOptions): Upstream {
  const replicas = options.urls.map((url) => new Replica(url, options));
  let turn = 0;

  const choose = (model: string, tried: ReadonlySet<Replica>): Replica => {
    turn += 1;
    const left = tried.size === 0 ? replicas : replicas.filter((replica) => !tried.has(replica));
    const ready = left.filter((replica) => replica.ready);
    // An upstream may know a model by a name that it does not list.
    const having = ready.filter((replica) => replica.models?.has(model) === true);
    return leastLoaded([having, ready, left].find((some) => some.length > 0) ?? replicas, turn);
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
          if (!(error instanceof Fault)) throw error;
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

/** Equally loaded ones take turns. There is at least one. */
function leastLoaded(replicas: readonly Replica[], turn: number): Replica {
  const at = (index: number) => replicas[(turn + index) % replicas.length] as Replica;
  let best = at(0);
  for (let i = 1; i < replicas.length; i += 1) if (at(i).inFlight < best.inFlight) best = at(i);
  return best;
}

/** Throws a Fault, or whatever ended the call. */
async function attempt<T>(
  replica: Replica,
  request: UpstreamRequest,
  { options, calls, signal, read }: Send<T> & { options: UpstreamOptions },
): Promise<Sent<T>> {
  const call = calls.start(signal);
  replica.inFlight += 1;
  let held = true;
  const release = (fault?: Fault) => {
    if (!held) return;
    held = false;
    call.end();
    replica.inFlight -= 1;
    if (fault?.verdict === 'down' || fault?.verdict === 'other-replica') replica.failures[fault.phase] += 1;
    if (fault?.verdict === 'down') markDown(replica, options, fault.error);
    else if (fault === undefined) replica.state = 'up';
  };
  try {
    call.expectWithin(options.headersTimeoutMs, () => silent(options));
    const asked = replica.request({ ...request, method: 'POST', signal: call.signal });
    const response = await asked.catch((error: unknown) => {
      throw toIdleCloseFault(options, error) ?? error;
    });
    if (response.statusCode !== 200) throw await toStatusFault(options, response);
    return { value: await read(response, call), call, release };
  } catch (error) {
    const known = toKnown(options, call, error);
    release(known instanceof Fault ? known : LEFT);
    throw known;
  }
}

function silent({ name, headersTimeoutMs }: UpstreamOptions): Fault {
  return new Fault(errors.upstreamTimeout(name, `nothing came for ${headersTimeoutMs} ms.`), 'down');
}

/** That a caller left says nothing of the replica. */
const LEFT = new Fault(errors.engineFailed('the caller left.'), 'final');

/** A Fault of the upstream, or the reason for which the call was ended here. */
export function toKnown(options: UpstreamOptions, call: Call, error: unknown): unknown {
  return call.signal.aborted ? call.signal.reason : toTransportFault(options, error);
}

export function markDown(replica: Replica, { name, log }: UpstreamOptions, reason: Error): void {
  if (replica.state !== 'down') {
    log.warn({ upstream: name, url: replica.url, reason: reason.message }, 'upstream: a replica is out of order');
  }
  replica.state = 'down';
}
