/** A local HTTP server that sends one file with ranges, and misbehaves on request. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface FileServerOptions {
  body: Buffer;
  /** Number of bytes after which each of the first responses is cut. */
  dropAfter?: number[];
  ranges?: boolean;
  etag?: string;
  /** Handles a request before the server does; returns true if it responded. */
  intercept?(request: IncomingMessage, response: ServerResponse): boolean;
  /** Delay after each 64 KiB, in ms. */
  chunkDelayMs?: number;
}

export interface FileServer {
  url: string;
  /** Received requests. */
  seen: { path: string; range: string | undefined; authorization: string | undefined }[];
  options: FileServerOptions;
}

const CHUNK_BYTES = 64 * 1024;

export async function startFileServer(options: FileServerOptions): Promise<FileServer> {
  const seen: FileServer['seen'] = [];
  const drops = [...(options.dropAfter ?? [])];
  const server = createServer((request, response) => {
    const { range, authorization } = request.headers;
    seen.push({ path: request.url ?? '', range, authorization });
    if (options.intercept?.(request, response) === true) return;
    void answer(options, { request, response, drop: drops.shift() });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, options };
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  drop: number | undefined;
}

async function answer(options: FileServerOptions, { request, response, drop }: Exchange): Promise<void> {
  const { body, etag } = options;
  const wanted = options.ranges === false ? undefined : /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const changed = request.headers['if-range'] !== undefined && request.headers['if-range'] !== etag;
  const start = wanted === undefined || changed ? 0 : Number(wanted);
  if (etag !== undefined) response.setHeader('etag', etag);
  response.setHeader('content-length', body.length - start);
  if (wanted !== undefined && !changed) {
    response.writeHead(206, { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` });
  } else response.writeHead(200);
  const end = drop === undefined ? body.length : Math.min(body.length, start + drop);
  for (let at = start; at < end; at += CHUNK_BYTES) {
    if (response.destroyed) return;
    response.write(body.subarray(at, Math.min(end, at + CHUNK_BYTES)));
    if (options.chunkDelayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, options.chunkDelayMs));
  }
  // The client must receive the sent bytes before the reset.
  if (drop === undefined) response.end();
  else setTimeout(() => response.destroy(), 20);
}
