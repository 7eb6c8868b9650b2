/**
 * A fake hub: `/OWNER/REPO/resolve/REVISION/FILE` announces size and SHA-256 and redirects to its storage, another
 * server, which sends the file with ranges. Repositories are gated, missing or busy on request.
 */
import type { ServerResponse } from 'node:http';
import { type FileServer, startFileServer } from './file-server.ts';
import { sha256 } from './model-bytes.ts';

export interface FakeHubOptions {
  body: Buffer;
  /** Announced facts, if they differ from the file. An empty object: none. */
  announced?: { sha256?: string; bytes?: number };
  /** Number of bytes after which each connection of the storage is cut. */
  dropAfter?: number[];
  /** Token of the repository; undefined = public. */
  token?: string;
  /** Responses of the hub to the first requests. */
  refusals?: { status: number; headers?: Record<string, string> }[];
  /** Content that the storage sends instead of `body`. */
  stored?: Buffer;
}

export interface FakeHub {
  url: string;
  hub: FileServer;
  storage: FileServer;
}

const PATH = /^\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+\.gguf)$/;

export async function startFakeHub({ body, dropAfter, ...options }: FakeHubOptions): Promise<FakeHub> {
  const refusals = [...(options.refusals ?? [])];
  const { bytes, sha256: sum } = options.announced ?? { bytes: body.length, sha256: sha256(body) };
  const storage = await startFileServer({
    body: options.stored ?? body,
    etag: '"storage"',
    ...(dropAfter && { dropAfter }),
  });
  const answer = (path: string, authorization: string | undefined, response: ServerResponse) => {
    const refusal = refusals.shift();
    if (refusal !== undefined) return response.writeHead(refusal.status, refusal.headers).end();
    if (options.token !== undefined && authorization !== `Bearer ${options.token}`)
      return response.writeHead(authorization === undefined ? 401 : 403).end();
    if (!PATH.test(path)) return response.writeHead(404).end();
    return response
      .writeHead(302, {
        location: `${storage.url}/blob?signature=x`,
        ...(sum !== undefined && { 'x-linked-etag': `"${sum}"` }),
        ...(bytes !== undefined && { 'x-linked-size': String(bytes) }),
      })
      .end();
  };
  const hub = await startFileServer({
    body: Buffer.alloc(0),
    intercept: (request, response) => {
      answer(request.url ?? '', request.headers.authorization, response);
      return true;
    },
  });
  return { url: hub.url, hub, storage };
}
