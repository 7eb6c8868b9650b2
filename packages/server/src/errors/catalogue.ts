/**
 * Every error that the server returns: status, type, code and message. Handlers throw `errors.modelNotFound(…)`, never
 * `new ApiError`. `docs/errors.md` lists the same codes; an architecture test compares the two in both directions.
 */

import { ApiError, type ApiErrorFields, type ErrorType } from './api-error.ts';
import type { ContextUse } from './context-use.ts';
import { conversationErrors } from './conversation-errors.ts';
import { storageErrors } from './storage-errors.ts';

interface InvalidRequestOptions {
  /** The invalid parameter. Default: none. */
  param?: string | null;
  /** Default 400. */
  status?: number;
}

function invalidRequest(message: string, code: string, { param = null, status = 400 }: InvalidRequestOptions = {}) {
  return new ApiError(message, { status, type: 'invalid_request_error', code, param });
}

function failure(message: string, fields: ApiErrorFields & { type: ErrorType }): ApiError {
  return new ApiError(message, fields);
}

const RETRY_AFTER_SECONDS = '1';

export const errors = {
  ...conversationErrors,
  ...storageErrors,

  // --- reading the request
  invalidJson: (detail: string) =>
    invalidRequest(`We could not parse the JSON body of your request: ${detail}`, 'invalid_json'),
  nestingTooDeep: (param: string | null, detail: string) =>
    invalidRequest(`We could not read the JSON of your request: ${detail}`, 'nesting_too_deep', { param }),
  unsupportedContentType: (got: string, expected: string) =>
    invalidRequest(`Unsupported content type: '${got}'. This method takes '${expected}'.`, 'unsupported_content_type', {
      status: 415,
    }),
  unsupportedContentEncoding: (got: string) =>
    failure(`Unsupported content encoding: '${got}'. Bodies may be encoded as gzip, deflate, br or zstd.`, {
      status: 415,
      type: 'invalid_request_error',
      code: 'unsupported_content_encoding',
      headers: { 'accept-encoding': 'gzip, deflate, br, zstd' },
    }),
  requestTooLarge: (limitBytes: number) =>
    invalidRequest(
      `Request body is larger than the limit of ${limitBytes} bytes for this method.`,
      'request_too_large',
      { status: 413 },
    ),
  requestTooComplex: (param: string | null, what: string) =>
    invalidRequest(
      `${param === null ? 'The request body has' : `'${param}' has`} ${what}; this server reads no more.`,
      'request_too_complex',
      { param },
    ),
  headersTooLarge: () =>
    invalidRequest('The request headers are larger than this server reads.', 'headers_too_large', { status: 431 }),
  rangeNotSatisfiable: (bytes: number) =>
    failure(`The requested range lies outside the ${bytes} bytes that are there.`, {
      status: 416,
      type: 'invalid_request_error',
      code: 'range_not_satisfiable',
      headers: { 'content-range': `bytes */${bytes}` },
    }),
  requestTimeout: () =>
    invalidRequest('The request was not received completely in time.', 'request_timeout', { status: 408 }),
  badRequest: (detail: string) => invalidRequest(`The request is not valid HTTP: ${detail}`, 'bad_request'),
  unknownUrl: (method: string, path: string) =>
    invalidRequest(`Invalid URL (${method} ${path})`, 'unknown_url', { status: 404 }),
  notServed: (method: string, path: string, id: string) =>
    invalidRequest(
      `'${id}' (${method} ${path}) is part of the OpenAI API but this server does not serve it yet.`,
      'not_served',
      { status: 404 },
    ),
  methodNotAllowed: (method: string, path: string, allowed: readonly string[]) =>
    failure(`Not allowed to ${method} on ${path}. Allowed: ${allowed.join(', ')}.`, {
      status: 405,
      type: 'invalid_request_error',
      code: 'method_not_supported',
      headers: { allow: allowed.join(', ') },
    }),

  // --- parameters
  missingParameter: (param: string) =>
    invalidRequest(`Missing required parameter: '${param}'.`, 'missing_required_parameter', { param }),
  /** `nearest`: the known parameter with the most similar name. */
  unknownParameter: (param: string, nearest?: string) =>
    invalidRequest(
      `Unknown parameter: '${param}'.${nearest === undefined ? '' : ` Did you mean '${nearest}'?`}`,
      'unknown_parameter',
      { param },
    ),
  invalidType: (param: string | null, expected: string, got: string) =>
    invalidRequest(
      param === null
        ? `Invalid type for the request body: expected ${expected}, but got ${got} instead.`
        : `Invalid type for '${param}': expected ${expected}, but got ${got} instead.`,
      'invalid_type',
      { param },
    ),
  invalidValue: (param: string, message: string) => invalidRequest(message, 'invalid_value', { param }),
  outOfRange: (param: string, message: string, code: string) => invalidRequest(message, code, { param }),
  unsupportedParameter: (param: string, why: string) =>
    invalidRequest(`Unsupported parameter: '${param}'. ${why}`, 'unsupported_parameter', { param }),
  /**
   * `schema`: the parameter with the schema; `path`: the position in it. For response formats, `param` is
   * `response_format` as in the hosted API.
   */
  invalidJsonSchema: (schema: string, path: string, why: string) =>
    invalidRequest(
      `Invalid schema for '${schema}'${path === '' ? '' : ` at '${path}'`}: ${why}.`,
      'invalid_json_schema',
      { param: schema.replace(/^(response_format)\..*/, '$1') },
    ),
  unsupportedValue: (param: string, message: string) => invalidRequest(message, 'unsupported_value', { param }),

  invalidBeta: (message: string) => invalidRequest(message, 'invalid_beta'),

  // --- authentication and permissions
  missingApiKey: () =>
    failure(
      "You didn't provide an API key. Send it in an Authorization header: 'Authorization: Bearer YOUR_KEY', or in 'api-key'. `selfsame keys create` makes one.",
      { status: 401, type: 'invalid_request_error', code: 'missing_api_key' },
    ),
  invalidApiKey: (masked: string) =>
    failure(`Incorrect API key provided: ${masked}. \`selfsame keys list\` shows the keys of this server.`, {
      status: 401,
      type: 'invalid_request_error',
      code: 'invalid_api_key',
    }),
  hostNotAllowed: (host: string) =>
    failure(
      `Requests for the host '${host}' are refused while no API key exists, so that a web page cannot reach this server under a foreign name.`,
      { status: 403, type: 'permission_error', code: 'host_not_allowed' },
    ),
  /** `from`: the origin, or the header that shows a foreign one. */
  originNotAllowed: (from: string) =>
    failure(
      `Requests of web pages elsewhere (${from}) are refused while no API key exists. Allow the page's origin with SELFSAME_CORS_ORIGINS, or make a key with \`selfsame keys create\` and send it.`,
      { status: 403, type: 'permission_error', code: 'origin_not_allowed' },
    ),
  permissionDenied: (message: string) =>
    failure(message, { status: 403, type: 'permission_error', code: 'insufficient_permissions' }),

  // --- models and engines
  modelNotFound: (id: string, existing: readonly string[]) =>
    invalidRequest(
      `The model '${id}' does not exist. ${existing.length === 0 ? 'No model is available on this server.' : `Models on this server: ${existing.join(', ')}.`}`,
      'model_not_found',
      { param: 'model', status: 404 },
    ),
  wrongModelKind: (id: string, is: string, needed: { kind: string; existing: readonly string[] }) =>
    invalidRequest(
      `The model '${id}' is ${is}, and this method needs ${needed.kind}. ${needed.existing.length === 0 ? 'There is none on this server.' : `On this server: ${needed.existing.join(', ')}.`}`,
      'model_not_found',
      { param: 'model', status: 404 },
    ),
  /** Without a time, a retry does not help: the header `x-should-retry` then keeps clients from retrying. */
  modelUnavailable: (message: string, retryAfterSeconds: number | undefined) =>
    failure(message, {
      status: 503,
      type: 'service_unavailable',
      code: 'model_unavailable',
      param: 'model',
      headers:
        retryAfterSeconds === undefined ? { 'x-should-retry': 'false' } : { 'retry-after': String(retryAfterSeconds) },
    }),
  contextLengthExceeded: (limit: number, { promptTokens, completionTokens, param = 'messages', isLeast }: ContextUse) =>
    invalidRequest(
      completionTokens > 0
        ? `This model's maximum context length is ${limit} tokens. However, you requested ${promptTokens + completionTokens} tokens (${promptTokens} in the ${param}, ${completionTokens} in the completion). Please reduce the length of the ${param} or completion.`
        : `This model's maximum context length is ${limit} tokens. However, your ${param} resulted in ${isLeast === true ? 'at least ' : ''}${promptTokens} tokens. Please reduce the length of the ${param}.`,
      'context_length_exceeded',
      { param },
    ),
  inputTooLong: (param: string, limit: number, { tokens, isLeast }: { tokens: number; isLeast?: boolean }) =>
    invalidRequest(
      `Invalid '${param}': maximum input length is ${limit} tokens, but this input has ${isLeast === true ? 'at least ' : ''}${tokens}.`,
      'context_length_exceeded',
      { param },
    ),
  unknownToken: (param: string, token: number, vocabulary: number) =>
    invalidRequest(
      `Invalid '${param}': ${token} is no token of this model, whose token ids are 0 to ${vocabulary - 1}.`,
      'invalid_value',
      { param },
    ),
  engineOverloaded: (queued: number) =>
    failure(`The engine's queue is full (${queued} requests are waiting). Try again shortly.`, {
      status: 429,
      type: 'rate_limit_error',
      code: 'engine_overloaded',
      headers: { 'retry-after': RETRY_AFTER_SECONDS },
    }),
  engineFailed: (detail: string, cause?: unknown) =>
    failure(`The model's engine stopped while it held this request: ${detail} It is being restarted.`, {
      status: 500,
      type: 'server_error',
      code: 'engine_failed',
      cause,
    }),
  insufficientMemory: (modelId: string, neededBytes: number, freeBytes: number) =>
    failure(
      `Loading '${modelId}' needs about ${Math.ceil(neededBytes / 1e6)} MB of memory, and ${Math.floor(freeBytes / 1e6)} MB are free.`,
      { status: 503, type: 'service_unavailable', code: 'insufficient_memory', param: 'model' },
    ),

  // --- stored objects
  vectorStoreExpired: (id: string) =>
    invalidRequest(
      `The vector store '${id}' has expired: it was not used for as long as 'expires_after' says.`,
      'vector_store_expired',
      { param: 'vector_store_id' },
    ),
  /**
   * `noun`: the name of the type in the API, e.g. `File`. `param`: the parameter with the id; the default is for ids in
   * the URL.
   */
  objectNotFound: (noun: string, id: string, param = 'id') =>
    invalidRequest(`No such ${noun} object: '${id}'.`, 'not_found', { param, status: 404 }),
  uploadNotPending: (id: string, status: string) =>
    invalidRequest(`The upload '${id}' is ${status}.`, 'upload_not_pending', { param: 'upload_id' }),
  containerExpired: (id: string) =>
    invalidRequest(`The container '${id}' is expired, with its files.`, 'container_expired', { param: 'container_id' }),
  batchNotCancellable: (id: string, status: string) =>
    invalidRequest(`The batch '${id}' is ${status}.`, 'batch_not_cancellable', { param: 'batch_id' }),
  invalidFile: (message: string) => invalidRequest(message, 'invalid_file', { param: 'file' }),
  fileQuotaExceeded: (limitBytes: number) =>
    invalidRequest(
      `The files of the project would take more than the ${limitBytes} bytes that they may.`,
      'file_quota_exceeded',
      { param: 'file' },
    ),

  // --- upstreams
  /** Passes on the message of the upstream, and its code if it sent one. */
  upstreamRefused: (message: string, { status, code, param }: { status: number; code?: string; param?: string }) =>
    invalidRequest(message, code ?? 'upstream_refused', { param: param ?? null, status }),
  /** Not retryable: only the operator can change the credentials. */
  upstreamRefusedKey: (upstream: string, status: number) =>
    failure(`The upstream '${upstream}' refused the credentials that this server has for it (${status}).`, {
      status: 502,
      type: 'server_error',
      code: 'upstream_refused_key',
      headers: { 'x-should-retry': 'false' },
    }),
  upstreamOverloaded: (upstream: string, retryAfter: string | undefined) =>
    failure(`The upstream '${upstream}' takes no more requests just now. Try again shortly.`, {
      status: 429,
      type: 'rate_limit_error',
      code: 'upstream_overloaded',
      headers: { 'retry-after': retryAfter ?? RETRY_AFTER_SECONDS },
    }),
  upstreamUnavailable: (upstream: string, detail: string, more: { retryAfter?: string; cause?: unknown } = {}) =>
    failure(`The upstream '${upstream}' cannot be used just now: ${detail}`, {
      status: 503,
      type: 'service_unavailable',
      code: 'upstream_unavailable',
      headers: { 'retry-after': more.retryAfter ?? RETRY_AFTER_SECONDS },
      cause: more.cause,
    }),
  upstreamFailed: (upstream: string, detail: string, cause?: unknown) =>
    failure(`The upstream '${upstream}' failed: ${detail}`, {
      status: 502,
      type: 'server_error',
      code: 'upstream_failed',
      cause,
    }),
  upstreamTimeout: (upstream: string, detail: string, cause?: unknown) =>
    failure(`The upstream '${upstream}' took too long: ${detail}`, {
      status: 504,
      type: 'server_error',
      code: 'upstream_timeout',
      cause,
    }),

  // --- the server itself
  shuttingDown: () =>
    failure('The server is shutting down.', {
      status: 503,
      type: 'service_unavailable',
      code: 'shutting_down',
      headers: { 'retry-after': RETRY_AFTER_SECONDS },
    }),
  internal: (requestId: string, cause?: unknown) =>
    failure(`The server had an error while processing your request. Its log has the cause under ${requestId}.`, {
      status: 500,
      type: 'server_error',
      code: 'internal_error',
      cause,
    }),
} as const;
