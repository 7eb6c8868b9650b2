/**
 * Requests the model list of each replica of an upstream, immediately and then at intervals, as health check and
 * discovery. Invariants: a replica that was down gets one request at a time before it counts as up again; a replica's
 * list stays valid until its next list, so that a restart of a machine does not remove its models.
 */
import { type ListedModel, parseModelList } from './model-list.ts';
import { readBody } from './read-body.ts';
import type { Replica } from './replica.ts';
import { markDown, type Upstream } from './upstream.ts';

export interface HealthWatch {
  /** Resolves after the first check of every replica. */
  checked: Promise<void>;
  /** The models of all replicas; undefined before the first list. */
  models(): readonly ListedModel[] | undefined;
  close(): void;
}

const CHECK_TIMEOUT_MS = 10_000;
const MAX_LIST_BYTES = 8 * 1024 * 1024;

/** `onChange` is called when a model appears or disappears. */
export function watchHealth(upstream: Upstream, onChange: () => void): HealthWatch {
  const { options, replicas } = upstream;
  const lists = new Map<Replica, readonly ListedModel[]>();
  const stop = new AbortController();

  const check = async (replica: Replica): Promise<void> => {
    const result = await ask(replica, upstream, stop.signal);
    if (stop.signal.aborted) return;
    if (result instanceof Error) return markDown(replica, options, result);
    if (replica.state === 'down') {
      replica.state = 'trial';
      options.log.info({ upstream: options.name, url: replica.url }, 'upstream: a replica answers again');
    }
    if (result === undefined) return;
    const before = idsOf(lists);
    lists.set(replica, result);
    replica.models = new Set(result.map(({ id }) => id));
    if (idsOf(lists) !== before) onChange();
  };

  const checkAll = async () => void (await Promise.all(replicas.map(check)));
  let running = checkAll();
  const checked = running;
  const timer = setInterval(() => {
    running = running.then(checkAll);
  }, options.healthIntervalMs);
  timer.unref();

  return {
    checked,
    models: () => (lists.size === 0 ? undefined : merge(lists)),
    close() {
      clearInterval(timer);
      stop.abort();
    },
  };
}

/**
 * Returns the models, undefined if the replica is alive without a list, or the error of a replica that is not alive.
 */
async function ask(
  replica: Replica,
  { options }: Upstream,
  stop: AbortSignal,
): Promise<readonly ListedModel[] | undefined | Error> {
  const timeout = AbortSignal.timeout(Math.min(options.headersTimeoutMs, CHECK_TIMEOUT_MS));
  try {
    const signal = AbortSignal.any([stop, timeout]);
    const { statusCode, body } = await replica.request({ method: 'GET', path: '/models', signal });
    const text = await readBody(body, MAX_LIST_BYTES);
    if (statusCode >= 500) return new Error(`its list of models was answered with status ${statusCode}`);
    const models = statusCode === 200 ? parseModelList(text) : undefined;
    if (models === undefined && replica.models === undefined) {
      options.log.warn({ upstream: options.name, url: replica.url, statusCode }, 'upstream: a replica lists no models');
    }
    return models;
  } catch (error) {
    return error as Error;
  }
}

function merge(lists: ReadonlyMap<Replica, readonly ListedModel[]>): ListedModel[] {
  const models = new Map<string, ListedModel>();
  for (const model of [...lists.values()].flat()) if (!models.has(model.id)) models.set(model.id, model);
  return [...models.values()];
}

function idsOf(lists: ReadonlyMap<Replica, readonly ListedModel[]>): string {
  return JSON.stringify(merge(lists).map(({ id }) => id));
}
