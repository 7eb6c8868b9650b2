/**
 * Errors of the client. Statuses of the API have the class names of the official client; every error is a
 * `SelfsameError`. Invariant: no message contains a key.
 */
import type { HeaderFields } from './transport.ts';

export class SelfsameError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The error object of the API: `{ message, type, param, code }`. */
export interface ErrorBody {
  message?: string | null;
  type?: string | null;
  param?: string | null;
  code?: string | null;
}

interface ApiErrorOptions {
  status: number | undefined;
  headers: HeaderFields | undefined;
  error: ErrorBody | undefined;
  /** Text of a body that is not an error object. */
  text?: string | undefined;
}

/** The server returned an error, as a response or within a stream. */
export class APIError extends SelfsameError {
  /** undefined for an error within a stream. */
  readonly status: number | undefined;
  readonly headers: HeaderFields | undefined;
  readonly error: ErrorBody | undefined;
  readonly code: string | null | undefined;
  readonly param: string | null | undefined;
  readonly type: string | null | undefined;
  /** Header `x-request-id` of the response. */
  readonly requestId: string | undefined;

  constructor({ status, headers, error, text }: ApiErrorOptions) {
    const message = error?.message ?? (text === undefined || text === '' ? 'the response has no error message' : text);
    super(status === undefined ? message : `${status} ${message}`);
    this.status = status;
    this.headers = headers;
    this.error = error;
    this.code = error?.code;
    this.param = error?.param;
    this.type = error?.type;
    const id = headers?.['x-request-id'];
    this.requestId = Array.isArray(id) ? id[0] : id;
  }
}

export class BadRequestError extends APIError {}
export class AuthenticationError extends APIError {}
export class PermissionDeniedError extends APIError {}
export class NotFoundError extends APIError {}
export class ConflictError extends APIError {}
export class UnprocessableEntityError extends APIError {}
export class RateLimitError extends APIError {}
export class InternalServerError extends APIError {}

const CLASSES: Readonly<Record<number, typeof APIError>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  409: ConflictError,
  422: UnprocessableEntityError,
  429: RateLimitError,
};

/** Creates the error of a status from the body of its response. */
export function toApiError(status: number, headers: HeaderFields, body: string): APIError {
  const Class = CLASSES[status] ?? (status >= 500 ? InternalServerError : APIError);
  const error = readErrorBody(body);
  return new Class({ status, headers, error, ...(error === undefined ? { text: body } : {}) });
}

function readErrorBody(text: string): ErrorBody | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null) return undefined;
    const { error = body } = body as { error?: unknown };
    return typeof error === 'string' ? { message: error } : (error as ErrorBody);
  } catch {
    return undefined;
  }
}

/** The caller aborted the request. */
export class APIUserAbortError extends SelfsameError {
  constructor(options?: ErrorOptions) {
    super('the request was aborted', options);
  }
}

/** No response arrived, or it ended too early. */
export class APIConnectionError extends SelfsameError {}

/** The server was silent for longer than `timeout`. */
export class APIConnectionTimeoutError extends APIConnectionError {}

/** A response differs from the contract. */
export class ValidationError extends SelfsameError {
  /** Path of the field, e.g. `choices[0].message`; empty for the whole response. */
  readonly param: string;
  /** Id of the operation. */
  readonly operation: string;

  constructor(operation: string, param: string, problem: string) {
    super(`${operation}: the response differs from the contract: ${param === '' ? 'it' : `'${param}'`} ${problem}`);
    this.operation = operation;
    this.param = param;
  }
}
