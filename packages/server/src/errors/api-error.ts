/** The error type that clients see. The catalogue creates it, `toErrorBody` renders it. */

export type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'rate_limit_error'
  | 'server_error'
  | 'service_unavailable';

export interface ErrorBody {
  error: { message: string; type: ErrorType; param: string | null; code: string | null };
}

export interface ApiErrorFields {
  status: number;
  type: ErrorType;
  code: string | null;
  param?: string | null;
  /** Extra response headers, e.g. `Retry-After`, `Allow`. */
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** Longer messages and parameters are truncated: they quote the request. */
const MAX_MESSAGE_CHARACTERS = 4000;
const MAX_PARAM_CHARACTERS = 400;

export class ApiError extends Error {
  readonly status: number;
  readonly type: ErrorType;
  readonly code: string | null;
  readonly param: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(message: string, fields: ApiErrorFields) {
    super(truncate(message, MAX_MESSAGE_CHARACTERS), { cause: fields.cause });
    this.name = 'ApiError';
    this.status = fields.status;
    this.type = fields.type;
    this.code = fields.code;
    this.param = fields.param == null ? null : truncate(fields.param, MAX_PARAM_CHARACTERS);
    this.headers = fields.headers ?? {};
  }

  /** Returns the error with a more precise parameter, such as `input[3]` for `input`. */
  withParam(param: string): ApiError {
    const message = this.param === null ? this.message : this.message.replaceAll(`'${this.param}'`, `'${param}'`);
    const { status, type, code, headers, cause } = this;
    return new ApiError(message, { status, type, code, headers, cause, param });
  }
}

function truncate(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters)}…`;
}

/** `{"error":{message,type,param,code}}`: all four keys always present. */
export function toErrorBody(error: ApiError): ErrorBody {
  return { error: { message: error.message, type: error.type, param: error.param, code: error.code } };
}
