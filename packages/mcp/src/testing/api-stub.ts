/** A server of the API for tests: records each request and responds as the test says. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface RecordedRequest {
  method: string;
  /** With the query. */
  url: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export type Respond = (request: RecordedRequest, response: ServerResponse) => void;

export interface ApiStub {
  baseUrl: string;
  requests: RecordedRequest[];
  close(): Promise<void>;
}

export const respondWith =
  (value: unknown, status = 200): Respond =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };

/** Data-only events, ended by `[DONE]`. */
export const respondWithEvents =
  (events: readonly unknown[]): Respond =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
    response.end('data: [DONE]\n\n');
  };

export async function startApiStub(respond: Respond): Promise<ApiStub> {
  const requests: RecordedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void buffer(incoming).then((body) => {
      const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body };
      requests.push(request);
      respond(request, outgoing);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
