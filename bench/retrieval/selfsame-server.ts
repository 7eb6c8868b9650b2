/** A server of its own process with one embedding model, and what the bench asks of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { SetDocument } from './retrieval-set.ts';

export interface SelfsameServer {
  url: string;
  close(): Promise<void>;
}

/** `model`: a GGUF file or ONNX folder, or `built-in`. */
export async function startSelfsame(dataDir: string, model: string): Promise<SelfsameServer> {
  const program = join(import.meta.dirname, '../../packages/server/bin/selfsame.js');
  const server = spawn(process.execPath, [program, 'serve'], {
    env: {
      ...process.env,
      SELFSAME_DATA_DIR: dataDir,
      SELFSAME_PORT: '0',
      SELFSAME_PULL: 'false',
      SELFSAME_BUILT_IN: String(model === 'built-in'),
      SELFSAME_LOG_LEVEL: 'error',
      ...(model === 'built-in' ? {} : { SELFSAME_MODELS: model }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return { url: await readUrl(server), close: () => end(server) };
}

/** The address in the banner; everything after it is read and dropped, so that the server can go on writing. */
function readUrl(server: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  if (server.stdout !== null) {
    createInterface(server.stdout).on('line', (line) => {
      const address = /(http:\/\/\S+\/v1)/u.exec(line)?.[1];
      if (address !== undefined) resolve(address);
    });
  }
  server.once('exit', () => reject(new Error('The server did not start.')));
  return promise;
}

async function end(server: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
}

/** Throws what the server answers instead of success. */
export async function post<T>(url: string, body: object): Promise<T> {
  const form = body instanceof FormData;
  const response = await fetch(url, {
    method: 'POST',
    body: form ? body : JSON.stringify(body),
    ...(form ? {} : { headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

const FILES_PER_BATCH = 500;
const POLL_MS = 1000;

interface FileBatch {
  id: string;
  file_counts: { in_progress: number; completed: number; total: number };
}

/** Id of a store that holds the documents. Throws unless all of them were taken in. */
export async function fillStore(url: string, name: string, documents: readonly SetDocument[]): Promise<string> {
  const store = await post<{ id: string }>(`${url}/vector_stores`, { name });
  const files = await eachOf(documents, async ({ name: file, text }) => {
    const form = new FormData();
    form.set('purpose', 'assistants');
    form.set('file', new File([text], file));
    return (await post<{ id: string }>(`${url}/files`, form)).id;
  });
  for (let at = 0; at < files.length; at += FILES_PER_BATCH) {
    const batches = `${url}/vector_stores/${store.id}/file_batches`;
    let batch = await post<FileBatch>(batches, { file_ids: files.slice(at, at + FILES_PER_BATCH) });
    while (batch.file_counts.in_progress > 0) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      batch = (await (await fetch(`${batches}/${batch.id}`)).json()) as FileBatch;
    }
    const { completed, total } = batch.file_counts;
    if (completed !== total) throw new Error(`${total - completed} of ${total} documents could not be taken in.`);
  }
  return store.id;
}

const AT_ONCE = 4;

/** Several at once, results in order. */
export async function eachOf<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < all.length; at = next++) results[at] = await work(all[at] as T);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return results;
}
