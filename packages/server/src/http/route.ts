/** One route per operation: authenticates, reads the request, invokes, and sends JSON or server-sent events. */
import type { ServerResponse } from 'node:http';
import type { Operation } from '@selfsame/contract/operation';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type ApiError, toErrorBody } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import { prime } from '../lib/async-iterables.ts';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import { ReceivedFile } from '../lib/received-file.ts';
import { EVENT_STREAM_HEADERS, type EventFraming, writeEventStream } from '../lib/sse.ts';
import { runInTrace, type TraceHeaders } from '../lib/trace-context.ts';
import type { Encoding, Invoke } from '../operations/invocation.ts';
import { apiVersionOf } from './api-version.ts';
import type { Authenticate } from './authenticate.ts';
import { DEFAULT_BODY_LIMIT_BYTES } from './body-limit.ts';
import { IGNORED_HEADER, IgnoredParameters } from './ignored-parameters.ts';
import { putNamed } from './named-values.ts';
import type { FileReceiver } from './read-form.ts';
import { logFailure, pathOf, toServerError } from './render-error.ts';
import { sendBytes, startBytes } from './send-bytes.ts';
import { deploymentOf } from './spelling.ts';

export interface RouteOptions {
  invoke: Invoke;
  /** Receives the files of forms. */
  files: FileReceiver;
  authenticate: Authenticate;
  clock: Clock;
  log: Logger;
  /** Returns the signal that aborts the work on a response. */
  signalOf(response: ServerResponse): AbortSignal;
  /** Whether requests continue the trace of their caller. */
  traced: boolean;
  limits: {
    /** A stream without events for this long gets a comment, in ms. */
    keepAliveMs: number;
  };
}

/** `/models/{model}` → `/v1/models/:model`. */
export function toRoutePath(path: string): string {
  return `/v1${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;
}

export function addOperationRoute(app: FastifyInstance, operation: Operation, options: RouteOptions): void {
  app.route({
    method: operation.method,
    url: toRoutePath(operation.path),
    ...(operation.bodyLimit === undefined || isForm(operation) ? {} : { bodyLimit: operation.bodyLimit }),
    config: {
      operationId: operation.id,
      ...(isForm(operation) ? { formBytes: operation.bodyLimit ?? DEFAULT_BODY_LIMIT_BYTES } : {}),
    },
    handler: (request, reply) =>
      options.traced
        ? runInTrace(traceOf(request), () => handle(operation, request, { reply, options }))
        : handle(operation, request, { reply, options }),
    onRequest: async (request) => {
      refuseForeignPath(operation, request);
      request.principal = await options.authenticate(request.headers);
    },
  });
}

/**
 * Refuses paths that match the template of a route by accident: empty ids, and deployments for operations without a
 * model.
 */
function refuseForeignPath(operation: Operation, request: FastifyRequest): void {
  const isEmpty = Object.values(request.params as Record<string, string>).includes('');
  const isMisplaced = deploymentOf(request.originalUrl) !== undefined && !takesModel(operation);
  if (isEmpty || isMisplaced) throw errors.unknownUrl(request.method, pathOf(request));
}

function takesModel({ body }: Operation): boolean {
  const { properties = {} } = (body ?? {}) as { properties?: object };
  return Object.hasOwn(properties, 'model');
}

function traceOf({ headers }: FastifyRequest): TraceHeaders | undefined {
  const { traceparent, tracestate } = headers;
  if (typeof traceparent !== 'string') return undefined;
  return { traceparent, ...(typeof tracestate === 'string' ? { tracestate } : {}) };
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: import('../tenancy/principal.ts').Principal;
  }
  interface FastifyContextConfig {
    operationId?: string;
    /** Set for multipart forms: maximum bytes per file. */
    formBytes?: number;
  }
}

interface Exchange {
  reply: FastifyReply;
  options: RouteOptions;
}

async function handle(operation: Operation, request: FastifyRequest, exchange: Exchange): Promise<unknown> {
  if (!isForm(operation)) return invoke(operation, request, exchange);
  try {
    return await invoke(operation, request, exchange);
  } finally {
    await discardUnclaimed(request.body, exchange.options.files);
  }
}

function isForm({ encoding }: Operation): boolean {
  return encoding === 'multipart';
}

/** Discards received files that no operation has taken over, e.g. those of a refused request. */
async function discardUnclaimed(body: unknown, files: FileReceiver): Promise<void> {
  const received = Object.values(body ?? {})
    .flat()
    .filter((part): part is ReceivedFile => part instanceof ReceivedFile);
  const keys = received.filter((file) => !file.claimed).map(({ key }) => key);
  if (keys.length > 0) await files.discard(keys);
}

async function invoke(operation: Operation, request: FastifyRequest, { reply, options }: Exchange): Promise<unknown> {
  const apiVersion = apiVersionOf(operation, request.headers);
  const signal = options.signalOf(reply.raw);
  const ignored = new IgnoredParameters();
  const outcome = await options.invoke(
    operation.id,
    {
      params: request.params,
      query: readQuery(operation, request.url),
      body: withDeployment(bodyOf(operation, request), request),
      encoding: encodingOf(operation, request),
    },
    {
      requestId: request.id,
      principal: request.principal,
      signal,
      priority: 'online',
      onIgnored: (param) => ignored.add(param),
      onUsage: (usage) => {
        request.tokenUsage = usage;
      },
      ...defined({ apiVersion }),
    },
  );
  if (outcome.kind === 'events') {
    const framing = operation.stream?.framing ?? 'data';
    await stream(outcome.events, request, { reply, options, ignored, framing });
    return reply;
  }
  // Before the headers are sent, so that an error until the first bytes sets the status of the response.
  const bytes = outcome.kind === 'bytes' ? await startBytes(outcome.answer) : undefined;
  nameIgnored(ignored, request, { reply, options });
  if (operation.status !== undefined) reply.code(operation.status);
  if (bytes !== undefined) return sendBytes(bytes, request, reply);
  if (outcome.kind === 'text') return reply.type(TEXT_TYPE).send(outcome.text);
  return outcome.kind === 'object' ? outcome.value : undefined;
}

/** Sets the header that lists the parameters without effect, and logs it. Must run before the headers are sent. */
function nameIgnored({ header }: IgnoredParameters, request: FastifyRequest, { reply, options }: Exchange): void {
  if (header === undefined) return;
  reply.header(IGNORED_HEADER, header);
  options.log.debug({ requestId: request.id, ignored: header }, 'parameters have no effect');
}

/**
 * Reads names with brackets as paths, as in forms: `metadata[topic]=cats`, `include[]=a`. A list may also repeat its
 * name without brackets, as some descriptions of the API state it. Unknown names are kept unchanged.
 */
function readQuery({ query: schema }: Operation, url: string): Record<string, unknown> {
  const start = url.indexOf('?');
  const query: Record<string, unknown> = Object.create(null);
  if (start === -1) return query;
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    const [root = ''] = name.split('[', 1);
    const parameter = Object.hasOwn(schema?.properties ?? {}, root) ? schema?.properties[root] : undefined;
    if (parameter === undefined) query[name] = value;
    else putNamed(query, name === root && isList(parameter) ? `${name}[]` : name, value);
  }
  return query;
}

const isList = (schema: object): boolean => 'type' in schema && schema.type === 'array';

const TEXT_TYPE = 'text/plain; charset=utf-8';

/** The encoding of the body of a request: JSON only if its media type says so where a form is accepted as well. */
function encodingOf({ encoding = 'json', jsonBody }: Operation, { headers }: FastifyRequest): Encoding {
  const isJson = headers['content-type']?.toLowerCase().startsWith('application/json') === true;
  return jsonBody !== undefined && isJson ? 'json' : encoding;
}

function bodyOf(operation: Operation, request: FastifyRequest): unknown {
  if (operation.body === undefined) return undefined;
  const got = request.headers['content-type'];
  const isFormExpected = encodingOf(operation, request) === 'multipart';
  if (isFormExpected && got?.toLowerCase().startsWith('multipart/form-data') !== true) {
    throw errors.unsupportedContentType(got ?? 'none', 'multipart/form-data');
  }
  if (request.body !== undefined) return request.body;
  if (operation.bodyOptional === true) return {};
  if (got === undefined) throw errors.unsupportedContentType('none', 'application/json');
  throw errors.invalidJson('the body is empty.');
}

/** Sets the model of a body without one to the deployment of the URL. */
function withDeployment(body: unknown, { originalUrl }: FastifyRequest): unknown {
  const deployment = deploymentOf(originalUrl);
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (deployment === undefined || !isObject) return body;
  const { model } = body as { model?: unknown };
  return model === undefined || model === null ? { ...body, model: deployment } : body;
}

/**
 * A stream sends its headers after this time without an event. Until then, an error still sets the status of the
 * response.
 */
const FIRST_EVENT_WAIT_MS = 5000;

async function stream(
  source: AsyncIterable<unknown>,
  request: FastifyRequest,
  { reply, options, ignored, framing }: Exchange & { ignored: IgnoredParameters; framing: EventFraming },
): Promise<void> {
  const { head, events } = prime(source);
  await settledWithin(head, FIRST_EVENT_WAIT_MS);
  nameIgnored(ignored, request, { reply, options });
  reply.header('openai-processing-ms', String(options.clock.now() - request.receivedAt));
  reply.hijack();
  reply.raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...EVENT_STREAM_HEADERS });
  await writeEventStream(reply.raw, events, {
    framing,
    keepAliveMs: options.limits.keepAliveMs,
    toErrorData: (error) => {
      const known = toServerError(error, request);
      logFailure(options.log, request.id, known);
      return toErrorData(known, framing);
    },
  });
}

/** The last event of a stream that fails. */
function toErrorData(error: ApiError, framing: EventFraming): object {
  const body = toErrorBody(error);
  if (framing === 'typed') return { ...body.error, type: 'error' };
  return framing === 'named' ? body.error : body;
}

/** Settles with `head`, but resolves after `ms` at the latest. */
function settledWithin(head: Promise<void>, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms).unref();
    head.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
