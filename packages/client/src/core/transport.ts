/**
 * The door between the client and the network. The core builds a request with its `authorization` header and reads the
 * response; a transport connects, retries, follows redirects, and enforces the connection options.
 * Invariant: a transport rejects with a `SelfsameError` of `errors.ts`, or with the reason of an aborted signal.
 */

/** Lower-case names. A list is sent, or was received, as several fields of one name. */
export type HeaderFields = Record<string, string | string[]>;

/** A body that can be sent again, or a stream, which is sent once. */
export type RequestBody = string | Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array>;

export interface TransportRequest {
  url: URL;
  method: 'GET' | 'POST' | 'DELETE';
  headers: HeaderFields;
  body?: RequestBody | undefined;
  /** Ends the request, and later the response body, with the reason of the signal. */
  signal?: AbortSignal | undefined;
}

/**
 * Bytes of a response. A `ReadableStream` is one.
 * Iteration that ends early, as `cancel()`, releases the connection.
 */
export interface ResponseBody {
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array>;
  /** Discards the rest. */
  cancel(): Promise<void> | void;
  /** The whole body as UTF-8, if the transport has a faster way than iteration. */
  text?(): Promise<string>;
}

export interface TransportResponse {
  status: number;
  headers: HeaderFields;
  /** null for a response without a body. */
  body: ResponseBody | null;
}

export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

/** A transport with the connections that it holds. */
export interface OpenTransport {
  send: Transport;
  /** Closes all connections. Requests in progress fail. */
  close(): Promise<void>;
}
