/** The contract between the WebSockets of clients and the parts of the API that are spoken over them. */
import type { ApiError } from '../errors/api-error.ts';
import type { Principal } from '../tenancy/principal.ts';

/** One connection of a client. */
export interface SocketCall {
  /** Aborts when the connection ends, or at the end of the shutdown grace period. */
  signal: AbortSignal;
  newRequestId(): string;
  /** Checks the key of the connection again. @throws ApiError if it was revoked. */
  authenticate(): Promise<Principal>;
  /** Resolves when the operating system has taken the event, or the connection has ended. */
  send(event: object): Promise<void>;
}

/** What answers the events of one connection. */
export interface SocketSession {
  /** An event of the client: any JSON value. It must not throw. */
  receive(event: unknown): void;
  /** Resolves when all events received so far have been answered. */
  idle(): Promise<void>;
}

/** A part of the API that is spoken over WebSockets. */
export interface SocketMount {
  /** E.g. `/v1/responses`. */
  path: string;
  /** Larger messages end the connection. */
  maxMessageBytes: number;
  /** Connections end after this time, in ms. */
  maxLifeMs: number;
  /** The last event of a connection that has reached `maxLifeMs`. */
  lifeEnded(): ApiError;
  toErrorEvent(error: ApiError): object;
  open(call: SocketCall): SocketSession;
}
