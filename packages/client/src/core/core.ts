/**
 * Calls operations: builds the request of an operation from its data, sends it, and parses the response.
 * Every method of the client, and every tool that calls operations by their id, uses `Core.call`.
 */
import { createTransport, USER_AGENT } from '#platform';
import { CallPromise, PagePromise, type Parsed } from './call-promise.ts';
import { type ClientConfig, type ResolvedConfig, resolveConfig } from './config.ts';
import { APIConnectionTimeoutError, APIUserAbortError, SelfsameError, toApiError } from './errors.ts';
import { encodeForm } from './multipart.ts';
import type { CallInput, CallOptions, OperationData } from './operation-data.ts';
import { addOutputText } from './output-text.ts';
import { Page } from './page.ts';
import { addRequestId, parseBody, readText, toHeaders, toResponse } from './response.ts';
import { readEvents, Stream } from './stream.ts';
import type { HeaderFields, OpenTransport, RequestBody, TransportRequest, TransportResponse } from './transport.ts';
import { buildPath, buildQuery } from './url.ts';
import { createValidator, type Validator } from './validator.ts';

export class Core {
  readonly config: ClientConfig;
  readonly #resolved: ResolvedConfig;
  readonly #transport: OpenTransport;
  readonly #validator: Validator | undefined;

  constructor(config: ClientConfig = {}, serviceUrl?: string) {
    this.config = config;
    this.#resolved = resolveConfig(config, serviceUrl);
    this.#transport = config.transport ?? createTransport(config);
    const isLax = config.laxDataBinding ?? true;
    this.#validator = (config.validation ?? true) ? createValidator({ isLax }) : undefined;
  }

  /**
   * Calls an operation.
   * The result is the parsed body, a `Page` for a list, a `Response` for raw bytes, or a `Stream` if the input asks for
   * one.
   * @throws SelfsameError, through the promise: `APIError` for a response with an error status.
   */
  call<T>(operation: OperationData, input: CallInput = {}, options: CallOptions = {}): CallPromise<T> {
    return new CallPromise(this.#run<T>(operation, input, options));
  }

  /** Like `call`, for lists: the promise iterates over the items of all pages. */
  list<P extends AsyncIterable<unknown>>(
    operation: OperationData,
    input: CallInput = {},
    options: CallOptions = {},
  ): PagePromise<P> {
    return new PagePromise<P>(this.#run<P>(operation, input, options));
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  async #run<T>(operation: OperationData, input: CallInput, options: CallOptions): Promise<Parsed<T>> {
    const isStream = operation.stream !== undefined && (asksForStream(input.body) || asksForStream(input.query));
    const abort = isStream || options.timeout !== undefined ? linkSignal(options) : undefined;
    const signal = abort?.controller.signal ?? options.signal;
    this.#validator?.prepare();
    try {
      const request = await this.#buildRequest(operation, input, options);
      if (signal?.aborted === true) throw new APIUserAbortError({ cause: signal.reason });
      const response = await this.#send({ ...request, signal });
      if (isStream && abort !== undefined) {
        abort.stopTimer();
        return await this.#toStream<T>(operation, response, abort, options);
      }
      const result = await this.#toResult<T>(operation, response, input, options);
      // The caller's signal still ends the reading of raw bytes.
      if (operation.response === 'Bytes') abort?.stopTimer();
      else abort?.unlink();
      return result;
    } catch (error) {
      abort?.unlink();
      throw toSelfsameError(error, signal);
    }
  }

  async #send(request: TransportRequest): Promise<TransportResponse> {
    const response = await this.#transport.send(request);
    if (response.status >= 200 && response.status < 300) return response;
    const text = await readText(response.body).catch(() => '');
    throw toApiError(response.status, response.headers, text);
  }

  async #buildRequest(operation: OperationData, input: CallInput, options: CallOptions): Promise<TransportRequest> {
    const { body, contentType } = await encodeBody(operation, input.body);
    const path = buildPath(operation.path, input.params);
    const query = buildQuery({ ...input.query, ...options.query });
    const search = [this.#resolved.serviceQuery, query].filter((part) => part !== '').join('&');
    const url = new URL(`${this.#resolved.serviceUrl}${path}${search === '' ? '' : `?${search}`}`);
    const headers = this.#buildHeaders(operation, contentType, options);
    return { url, method: operation.method, headers, ...(body === undefined ? {} : { body }) };
  }

  #buildHeaders(operation: OperationData, contentType: string | undefined, options: CallOptions): HeaderFields {
    const { authorization, adminAuthorization } = this.#resolved;
    const headers: HeaderFields = {
      accept: 'application/json',
      authorization: operation.authority === 'admin' ? adminAuthorization : authorization,
    };
    if (USER_AGENT !== undefined) headers['user-agent'] = USER_AGENT;
    if (contentType !== undefined) headers['content-type'] = contentType;
    const key = options.idempotencyKey ?? this.#defaultIdempotencyKey(operation);
    if (key !== undefined) headers['idempotency-key'] = key;
    for (const fields of [operation.headers, this.#resolved.headers, options.headers]) setHeaders(headers, fields);
    return headers;
  }

  #defaultIdempotencyKey({ method }: OperationData): string | undefined {
    const isRetried = (this.config.retryConfig?.count ?? 0) > 0;
    return isRetried && method === 'POST' ? `selfsame-${crypto.randomUUID()}` : undefined;
  }

  async #toResult<T>(
    operation: OperationData,
    response: TransportResponse,
    input: CallInput,
    options: CallOptions,
  ): Promise<Parsed<T>> {
    const facts = () => ({ status: response.status, headers: toHeaders(response.headers) });
    if (operation.response === 'Bytes') return { data: toResponse(response) as T, response: facts };
    const data = await parseBody(response);
    const check = await this.#checkOf(operation, options);
    if (operation.text !== true || typeof data !== 'string') check?.(operation.response, data);
    if (operation.response === 'Response') addOutputText(data);
    addRequestId(data, response.headers);
    if (operation.page === undefined) return { data: data as T, response: facts };
    return { data: this.#toPage(operation, data, input, options) as T, response: facts };
  }

  #toPage(operation: OperationData, data: unknown, input: CallInput, options: CallOptions): Page<unknown> {
    const parameter = operation.page;
    const body = typeof data === 'object' && data !== null ? data : {};
    if (parameter === undefined || parameter === 'single') return new Page(body);
    return new Page(body, (cursor) =>
      this.call<Page<unknown>>(operation, { ...input, query: { ...input.query, [parameter]: cursor } }, options),
    );
  }

  async #toStream<T>(
    operation: OperationData,
    response: TransportResponse,
    abort: LinkedSignal,
    options: CallOptions,
  ): Promise<Parsed<T>> {
    const { body, headers, status } = response;
    if (body === null) throw new SelfsameError(`${operation.id}: the response has no body, so it is not a stream`);
    const name = operation.stream?.event ?? '';
    const check = await this.#checkOf(operation, options);
    const source = {
      body,
      headers,
      controller: abort.controller,
      named: operation.stream?.named === true,
      check: check === undefined ? undefined : (event: unknown) => check(name, event),
      onEnd: abort.unlink,
    };
    const stream = new Stream(() => readEvents(source), abort.controller);
    return { data: stream as T, response: () => ({ status, headers: toHeaders(headers) }) };
  }

  /** undefined without validation, and for a version of the API that the contract does not describe. */
  async #checkOf(
    operation: OperationData,
    options: CallOptions,
  ): Promise<((schema: string, value: unknown) => void) | undefined> {
    if (this.#validator === undefined) return undefined;
    const isOtherVersion = Object.keys(options.headers ?? {}).some((name) => name.toLowerCase() === 'openai-beta');
    if (isOtherVersion && operation.headers?.['openai-beta'] !== undefined) return undefined;
    const validate = await this.#validator.load();
    return (schema, value) => validate(operation.id, schema, value);
  }
}

const asksForStream = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'stream' in value && value.stream === true;

async function encodeBody(
  { body: encoding }: OperationData,
  value: unknown,
): Promise<{ body?: RequestBody; contentType?: string }> {
  if (encoding === undefined || value === undefined) return {};
  if (encoding === 'multipart') return encodeForm(value as object);
  return { body: JSON.stringify(value), contentType: 'application/json' };
}

function setHeaders(
  headers: HeaderFields,
  fields: Readonly<Record<string, string | readonly string[] | null | undefined>> | undefined,
): void {
  if (fields === undefined) return;
  for (const [name, value] of Object.entries(fields)) {
    const key = name.toLowerCase();
    if (value === null) delete headers[key];
    else if (value !== undefined) headers[key] = typeof value === 'string' ? value : [...value];
  }
}

interface LinkedSignal {
  controller: AbortController;
  stopTimer: () => void;
  unlink: () => void;
}

const MS_PER_S = 1000;

/**
 * A controller that also aborts with the caller's signal and after the time of a call. `AbortSignal.any` would stay
 * referenced by a long-lived signal.
 */
function linkSignal({ signal, timeout }: CallOptions): LinkedSignal {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const expire = () => controller.abort(new APIConnectionTimeoutError(`the call took longer than ${timeout} seconds`));
  const timer = timeout === undefined ? undefined : setTimeout(expire, timeout * MS_PER_S);
  const stopTimer = () => clearTimeout(timer);
  const unlink = () => {
    stopTimer();
    signal?.removeEventListener('abort', abort);
  };
  return { controller, stopTimer, unlink };
}

function toSelfsameError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (error instanceof SelfsameError) return error;
  if (signal?.aborted === true) return new APIUserAbortError({ cause: error });
  return error;
}
