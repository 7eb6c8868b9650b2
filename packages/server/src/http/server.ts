/**
 * The HTTP binding: authenticate, read, invoke, serialise or stream, render errors. Routes derive from the contract.
 * Invariant: every response has `x-request-id`, and every error is JSON in the OpenAI error shape.
 */
import type { IncomingMessage } from 'node:http';
import type { Operation } from '@selfsame/contract/operation';
import Fastify, { type FastifyInstance } from 'fastify';
import { errors } from '../errors/catalogue.ts';
import type { IdSource } from '../lib/ids.ts';
import { toJson } from '../lib/json.ts';
import type { TokenUsage } from '../operations/context.ts';
import type { SocketMount } from '../operations/socket.ts';
import { createAbortSignals } from './abort-signals.ts';
import { DEFAULT_BODY_LIMIT_BYTES } from './body-limit.ts';
import { rejectBrokenRequest } from './broken-request.ts';
import { decodeBodies } from './content-encoding.ts';
import { allowPages } from './cors.ts';
import { addHealthRoutes, type Readiness } from './health.ts';
import type { KeylessGuard } from './keyless-guard.ts';
import { addMetricsRoute, type MetricsRoute } from './metrics.ts';
import { addMount, type Mount } from './mount.ts';
import { createNotFoundHandler, type KnownOperation } from './not-found.ts';
import { type HttpObserver, observeRequests } from './observe.ts';
import type { OriginTest } from './origins.ts';
import { acceptForms } from './read-form.ts';
import { acceptJson } from './read-json.ts';
import type { JsonReader } from './receive-json.ts';
import { logFailure, renderError, toServerError } from './render-error.ts';
import { addOperationRoute, type RouteOptions } from './route.ts';
import { acceptSockets, isSocketRequest } from './sockets.ts';
import { canonicalUrl } from './spelling.ts';
import { dropUnreadBodies } from './unread-body.ts';
import { refuseUnserved, refuseUnservedMethods } from './unserved.ts';

export interface HttpOptions extends Omit<RouteOptions, 'signalOf'> {
  /** Aborts at the end of the shutdown grace period, and ends the requests that still run. */
  stopped: AbortSignal;
  /** The operations that are served. */
  operations: readonly Operation[];
  knownOperations: readonly KnownOperation[];
  readiness: Readiness;
  json: JsonReader;
  metrics: MetricsRoute & HttpObserver;
  /** Parts of the server beside the API. */
  mounts: readonly Mount[];
  /** Parts of the API that are spoken over WebSockets. */
  sockets: readonly SocketMount[];
  /** Returns the OpenAPI document as JSON. */
  describeApi(): string;
  ids: IdSource;
  limits: RouteOptions['limits'] & {
    /** Maximum time until a request is received completely, in ms. */
    requestTimeoutMs: number;
  };
  /** Runs first: refuses requests that must not be served without a key. */
  guard: KeylessGuard;
  /** Whether pages of an origin may read responses. */
  allowsOrigin: OriginTest;
}

const TIMEOUT_CHECK_MS = 1000;
const MAX_HEADERS_MS = 60_000;
const MAX_URL_BYTES = 1024 * 1024;
const JSON_TYPE = 'application/json; charset=utf-8';
const OPENAI_VERSION = '2020-10-01';

declare module 'fastify' {
  interface FastifyRequest {
    receivedAt: number;
    /** Token usage of the operation, if it runs a model. */
    tokenUsage: TokenUsage | undefined;
  }
}

export async function createHttpServer(options: HttpOptions): Promise<FastifyInstance> {
  const { ids, limits } = options;
  const app = Fastify({
    logger: false,
    genReqId: () => ids('req_'),
    bodyLimit: DEFAULT_BODY_LIMIT_BYTES,
    requestTimeout: limits.requestTimeoutMs,
    http: {
      ...receiveLimits(limits.requestTimeoutMs),
      // Other upgrades, such as `h2c`, stay plain requests.
      shouldUpgradeCallback: (request: IncomingMessage) => isSocketRequest(options.sockets, request),
    },
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    rewriteUrl: ({ url = '/' }) => canonicalUrl(url),
    // Longer than any URL that Node accepts, so that an id of any length reaches its route and gets 404.
    routerOptions: { maxParamLength: MAX_URL_BYTES },
    clientErrorHandler: (error, socket) => rejectBrokenRequest(error, socket, ids('req_')),
    frameworkErrors: (error, request, reply) => renderError(toServerError(error, request), request, reply),
  });
  app.setReplySerializer(toJson);
  app.decorateRequest('receivedAt', 0);
  app.decorateRequest('tokenUsage', undefined);
  addRequestHooks(app, options);
  const notFound = createNotFoundHandler(options.operations, options.knownOperations);
  refuseUnservedMethods(app, notFound, () => ids('req_'));
  await allowPages(app, options.allowsOrigin);
  refuseUnserved(app, notFound);
  dropUnreadBodies(app);
  decodeBodies(app);
  acceptJson(app, options.json);
  acceptForms(app, options.files);
  addHealthRoutes(app, options.readiness);
  addMetricsRoute(app, options.metrics, options.authenticate);
  app.get('/openapi.json', (_request, reply) => reply.type(JSON_TYPE).send(options.describeApi()));
  const routes = { ...options, signalOf: createAbortSignals(options.stopped) };
  for (const operation of options.operations) addOperationRoute(app, operation, routes);
  for (const mount of options.mounts) addMount(app, mount, routes);
  const endSockets = acceptSockets(app.server, { ...options, newRequestId: () => ids('req_') });
  app.addHook('preClose', endSockets);
  return app;
}

/** Hooks of every request, with or without a route. */
function addRequestHooks(app: FastifyInstance, options: HttpOptions): void {
  const { clock, log } = options;
  // These hooks use callbacks: a promise per hook costs more than the work of the hook.
  app.addHook('onRequest', (request, reply, done) => {
    request.receivedAt = clock.now();
    reply.header('x-request-id', request.id).header('openai-version', OPENAI_VERSION);
    if (options.stopped.aborted) done(errors.shuttingDown());
    else if (isHostMissing(request.raw)) done(errors.badRequest('the Host header is missing.'));
    else done();
  });
  observeRequests(app, options.metrics, clock);
  app.addHook('onSend', (request, reply, _payload, done) => {
    reply.header('openai-processing-ms', String(clock.now() - request.receivedAt));
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    log.info({
      requestId: request.id,
      method: request.method,
      // The template of the route, or the path alone: a query string may contain secrets.
      path: request.routeOptions.url ?? request.url.split('?', 1)[0],
      status: reply.statusCode,
      ms: clock.now() - request.receivedAt,
      ...request.tokenUsage,
    });
    done();
  });
  app.setErrorHandler((error, request, reply) => {
    const known = toServerError(error, request);
    // A disconnect of the client is not a failure of the server.
    if (!reply.raw.destroyed) logFailure(log, request.id, known);
    renderError(known, request, reply);
  });
  app.addHook('onRequest', async ({ headers }) => {
    const refusal = await options.guard(headers);
    if (refusal !== undefined) throw refusal;
  });
}

function isHostMissing({ headers, httpVersion }: IncomingMessage): boolean {
  return headers.host === undefined && httpVersion === '1.1';
}

/** Node needs its timeouts at creation: a later request timeout below the headers timeout never fires. */
function receiveLimits(requestTimeout: number) {
  const connectionsCheckingInterval = Math.min(TIMEOUT_CHECK_MS, requestTimeout);
  return {
    requestTimeout,
    headersTimeout: Math.min(MAX_HEADERS_MS, requestTimeout),
    connectionsCheckingInterval,
    // Node's own refusal has no body: `isHostMissing` replaces it.
    requireHostHeader: false,
  };
}
