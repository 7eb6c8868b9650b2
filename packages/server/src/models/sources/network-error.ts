/** Classifies errors below HTTP: whether a retry may succeed, and a short description. */

/** The server responded, but asks to retry later (429, 5xx) or refused the range (416). A retry may succeed. */
export class TransientError extends Error {
  /** Wait that the server requests, in ms. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'TransientError';
    this.retryAfterMs = retryAfterMs;
  }
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name could not be looked up',
  ECONNREFUSED: 'the connection was refused',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'the network is unreachable',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
};

const BROKEN: Readonly<Record<string, string>> = {
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_BODY_TIMEOUT: 'the connection fell silent',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the connection was closed too early',
  UND_ERR_RESPONSE_STATUS_CODE: 'the proxy refused',
};

/** True if the connection broke after the server had been reached, so that a retry makes sense. */
export function isTransient(error: unknown): boolean {
  return error instanceof TransientError || codeOf(error) in BROKEN;
}

/** True if no connection to the host could be opened. */
export function isUnreachable(error: unknown): boolean {
  return codeOf(error) in UNREACHABLE;
}

/** One sentence that names the host; undefined if the error is not of the network (a full disk, a bug). */
export function describeNetworkError(error: unknown, host: string): string | undefined {
  if (error instanceof TransientError) return error.message;
  const code = codeOf(error);
  if (code in UNREACHABLE) return `${host} could not be reached (${UNREACHABLE[code]})`;
  if (code in BROKEN) return `the download from ${host} broke off (${BROKEN[code]})`;
  if (/^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HPE_)/.test(code)) {
    return `${host} could not be spoken to (${code}: ${error instanceof Error ? error.message : ''})`;
  }
  return undefined;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? '' : codeOf(error.cause);
}
