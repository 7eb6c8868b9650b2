/** A server on loopback that records requests and answers each with the same response. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RecordedRequest {
  method: string;
  /** Path without the query. */
  path: string;
  query: string;
  /** Raw names and values, lower-case names. */
  headers: Record<string, string>;
  body: string;
}

export interface EchoServer {
  url: string;
  requests: RecordedRequest[];
  close(): Promise<void>;
}

export interface EchoAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

const DEFAULT_ANSWER = { headers: { 'content-type': 'application/json' }, body: '{"object":"list","data":[]}' };

/** `answer` chooses the response of each request. */
export async function startEchoServer(
  answer: (request: RecordedRequest, index: number) => EchoAnswer = () => DEFAULT_ANSWER,
): Promise<EchoServer> {
  const requests: RecordedRequest[] = [];
  const server: Server = createServer((incoming, response) => {
    void record(incoming).then((request) => {
      requests.push(request);
      const { status = 200, headers = DEFAULT_ANSWER.headers, body = '' } = answer(request, requests.length - 1);
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function record(incoming: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? '', 'http://echo');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headersDistinct)) headers[name] = (value ?? []).join(', ');
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.search,
    headers,
    body: Buffer.concat(chunks).toString('latin1'),
  };
}
