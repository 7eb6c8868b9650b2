/** Exports of the package. */
export type { ResponseFacts, WithResponse } from './core/call-promise.ts';
export { CallPromise, PagePromise } from './core/call-promise.ts';
export type { Auth, ClientConfig } from './core/config.ts';
export { DEFAULT_SERVICE_URL } from './core/config.ts';
export * from './core/errors.ts';
export type { CallInput, CallOptions, OperationData } from './core/operation-data.ts';
export type { PageOf } from './core/page.ts';
export { Page } from './core/page.ts';
export { Stream } from './core/stream.ts';
export type {
  HeaderFields,
  OpenTransport,
  RequestBody,
  ResponseBody,
  Transport,
  TransportRequest,
  TransportResponse,
} from './core/transport.ts';
export type { Uploadable, UploadContent } from './core/uploadable.ts';
export { Selfsame } from './generated/client.ts';
export { createFetchTransport } from './platform/fetch-transport.ts';
export { addChunk, type CompletionSnapshot, toCompletion } from './streams/chat-snapshot.ts';
export type * from './transport/connection-options.ts';
export * from './transport/transport-errors.ts';
