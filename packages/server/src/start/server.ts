/**
 * Starts a server in one process, in reading order: storage, models, pipeline, HTTP. The returned server listens;
 * `/readyz` reports whether its models are ready.
 */
import type { AddressInfo } from 'node:net';
import { knownOperations } from '@selfsame/contract';
import type { Logger } from 'pino';
import type { Config } from '../config/load.ts';
import { createModelRegistry, type ModelRegistry } from '../engines/registry.ts';
import { WELL_KNOWN_MODELS } from '../engines/well-known-models.ts';
import { ApiError } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import { createEventLog } from '../events/event-log.ts';
import { createAuthenticate } from '../http/authenticate.ts';
import { createKeylessGuard } from '../http/keyless-guard.ts';
import { createOriginTest } from '../http/origins.ts';
import { createJsonReader } from '../http/receive-json.ts';
import { createHttpServer } from '../http/server.ts';
import { watchUnusedConnections } from '../http/unused-connections.ts';
import type { ModelSupply } from '../models/supply/supply-models.ts';
import { createResponsesSocket } from '../resources/responses/socket/responses-socket.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import { isLoopback, toUrl } from './address.ts';
import { openBlobs } from './blobs.ts';
import { openEngines } from './engines.ts';
import { createMcpMount } from './mcp.ts';
import { startModelSupply } from './models.ts';
import { startObservation } from './observation.ts';
import { createPipeline } from './pipeline.ts';
import { openStorage } from './storage.ts';
import { startJobs } from './worker.ts';

export interface RunningServer {
  /** Without a path, e.g. `http://127.0.0.1:8642`. */
  url: string;
  registry: ModelRegistry;
  supply: ModelSupply;
  /** Whether an API key is required now. */
  keyRequired: boolean;
  /** Waits for running requests during the grace period, then aborts them. */
  close(): Promise<void>;
}

/** The address is reachable from other machines and no API key exists. */
export class UnsafeAddressError extends Error {
  override readonly name = 'UnsafeAddressError';

  constructor(host: string) {
    super(
      `${host} can be reached from other machines, and no API key exists yet. Make one with \`selfsame keys create\`, or listen on 127.0.0.1.`,
    );
  }
}

type HttpServer = Awaited<ReturnType<typeof createHttpServer>>;

/** Interval at which idle kept-alive connections are closed at shutdown. */
const IDLE_SWEEP_MS = 100;

export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const onError = (err: unknown) => log.error({ err }, 'storage: work in the background failed');
  const { clock, ids, repositories, apiKeys, owner } = await openStorage(config, onError);
  log.info({ database: await repositories.describe() }, 'storage');
  const loopback = isLoopback(config.host);
  const keyRequired = await apiKeys.anyKeyExists();
  if (!loopback && !keyRequired) {
    await repositories.close();
    throw new UnsafeAddressError(config.host);
  }
  const { blobs, files } = await openBlobs(config, { clock, ids });
  const registry = createModelRegistry({ aliases: config.aliases, wellKnown: WELL_KNOWN_MODELS });
  const engines = openEngines(config, log, { leads: true });
  const supply = await startModelSupply(config, { registry, log, openEngine: engines.open });
  const observation = await startObservation(config, { registry, supply, repositories }, log);
  const events = createEventLog(repositories);
  const doors = { models: registry, clock, ids, repositories, events, blobs, limits: config };
  const pipeline = await createPipeline(doors, { config, log, observe: observation.observe });
  const { services } = pipeline;
  const stopped = new AbortController();
  const json = createJsonReader();
  const allowsOrigin = createOriginTest(config.corsOrigins);
  const app: HttpServer = await createHttpServer({
    operations: services.operations,
    knownOperations,
    invoke: pipeline.invoke,
    files,
    json,
    authenticate: createAuthenticate({ apiKeys, keyless: loopback ? owner : undefined }),
    guard: createKeylessGuard({ apiKeys, keyless: loopback, allows: allowsOrigin }),
    metrics: observation.metrics,
    traced: observation.traced,
    readiness: async () => supply.notReady() ?? enginesDown(registry) ?? (await unreadable(repositories)),
    describeApi: pipeline.describeApi,
    mounts: [createMcpMount(() => urlOf(app, config))],
    sockets: [createResponsesSocket(services)],
    clock,
    ids,
    log,
    stopped: stopped.signal,
    limits: config,
    allowsOrigin,
  });
  const closeUnused = watchUnusedConnections(app.server);
  await app.listen({ host: config.host, port: config.port });
  const jobs = await startJobs(services, config, { log, onEnd: observation.metrics.jobEnded });
  const close = async () => {
    const stop = () => Promise.all([closeServer(app, closeUnused), jobs.stop(config.shutdownGraceMs)]);
    await finishWithin(config.shutdownGraceMs, stopped, stop);
    await supply.close();
    await registry.close();
    await engines.close(config.shutdownGraceMs);
    await Promise.all([json.close(), pipeline.close()]);
    await observation.close();
    await Promise.all([pipeline.flushUsage(), apiKeys.flush()]);
    await repositories.close();
  };
  return { url: urlOf(app, config), registry, supply, keyRequired, close };
}

/** The reason why an engine is down; undefined = none is. */
function enginesDown(registry: ModelRegistry): string | undefined {
  const down = registry.reports().find(({ report }) => report.isDown);
  return down && `The engine of '${down.modelId}' does not respond, or is being started again.`;
}

/** Aborts what still runs after the grace period. */
async function finishWithin(graceMs: number, stopped: AbortController, stop: () => Promise<unknown>): Promise<void> {
  const grace = setTimeout(() => stopped.abort(errors.shuttingDown()), graceMs);
  await stop();
  clearTimeout(grace);
}

function urlOf(app: HttpServer, { host }: Config): string {
  return toUrl(host, (app.server.address() as AddressInfo).port);
}

/** Why the database is unreadable; undefined = it is readable. */
function unreadable(repositories: Repositories): Promise<string | undefined> {
  return repositories.ping().then(
    () => undefined,
    (error: unknown) => (error instanceof ApiError ? error.message : 'The database does not answer.'),
  );
}

/** Resolves when all running requests have ended. */
async function closeServer(app: HttpServer, closeUnused: () => void): Promise<void> {
  // A connection that a client keeps open turns idle when its answer ends; Node closes only those that are idle at the
  // call.
  const sweep = setInterval(() => {
    app.server.closeIdleConnections();
    closeUnused();
  }, IDLE_SWEEP_MS);
  await app.close();
  clearInterval(sweep);
}
