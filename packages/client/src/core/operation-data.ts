/**
 * What the client needs of an operation of the contract at run time: plain data, so that bundles contain no schemas.
 */

export interface OperationData {
  /** Id in the contract, e.g. `vectorStores.files.list`. */
  id: string;
  method: 'GET' | 'POST' | 'DELETE';
  /** Template without `/v1`, e.g. `/models/{model}`. */
  path: string;
  /** Names of the query parameters. */
  query?: readonly string[];
  body?: 'json' | 'multipart';
  /** Headers that the operation needs, such as `openai-beta`. */
  headers?: Readonly<Record<string, string>>;
  authority?: 'admin';
  /** Name of the response schema; `Bytes` for raw bytes. */
  response: string;
  /** Present if the response may be plain text. */
  text?: true;
  /** Present if `stream: true` requests server-sent events. */
  stream?: {
    /** Name of the schema of one event. */
    event: string;
    /** Whether events are `{ event, data }` objects instead of their data. */
    named?: true;
  };
  /**
   * How the next page of a list is requested: with `after` or `page` set to the cursor of this page, or not at all.
   */
  page?: 'after' | 'page' | 'single';
}

/** Input of an operation, by its position in the request. */
export interface CallInput {
  /** Values of the path template. */
  params?: Readonly<Record<string, string>>;
  query?: object | undefined;
  body?: unknown;
}

export interface CallOptions {
  /** Replace default headers; null removes one. */
  headers?: Readonly<Record<string, string | readonly string[] | null>>;
  /** Additional query parameters. */
  query?: Readonly<Record<string, unknown>>;
  /** Aborts the request and its stream. */
  signal?: AbortSignal;
  /** Maximum time of the call, or until a stream starts, in seconds. The option of the client limits silence. */
  timeout?: number;
  /**
   * Header `idempotency-key`. Default: a random key if retries are configured and the method is POST, so that a server
   * can recognise a repeated request.
   */
  idempotencyKey?: string;
}
