/** Fills a vector store with documents and starts the server for the retrieval bench. */
import { uploadFile } from '../../testing/request.ts';
import { untilValue } from '../../testing/until.ts';
import { runConcurrently } from '../run-concurrently.ts';
import { ask, type Served, serve } from '../served.ts';
import type { SetDocument } from './retrieval-set.ts';

/** `dataDir` is kept; `model`: a GGUF file, an ONNX folder, or `built-in`. */
export function startSelfsame(dataDir: string, model: string): Promise<Served> {
  return serve(model === 'built-in' ? { BUILT_IN: 'true' } : { BUILT_IN: 'false', MODELS: model }, dataDir);
}

const FILES_PER_BATCH = 500;
const POLL = { timeoutMs: 7_200_000, intervalMs: 1000 };

interface FileBatch {
  id: string;
  file_counts: { in_progress: number; completed: number; total: number };
}

/** Creates a store with the documents and returns its id. Throws unless all of them are ingested. */
export async function fillStore(url: string, name: string, documents: readonly SetDocument[]): Promise<string> {
  const store = await ask<{ id: string }>(`${url}/vector_stores`, { name });
  const files = await eachOf(documents, ({ name: file, text }) => uploadFile(url, new File([text], file)));
  for (let at = 0; at < files.length; at += FILES_PER_BATCH) {
    const batches = `${url}/vector_stores/${store.id}/file_batches`;
    const { id } = await ask<FileBatch>(batches, { file_ids: files.slice(at, at + FILES_PER_BATCH) });
    const retrieve = () => ask<FileBatch>(`${batches}/${id}`);
    const { file_counts } = await untilValue(retrieve, (batch) => batch.file_counts.in_progress === 0, POLL);
    const { completed, total } = file_counts;
    if (completed !== total) throw new Error(`${total - completed} of ${total} documents could not be taken in.`);
  }
  return store.id;
}

const CONCURRENCY = 4;

/** Calls `work` for several elements in parallel; the results keep the order of the elements. */
export async function eachOf<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const isLeft = () => next < all.length;
  await runConcurrently(CONCURRENCY, isLeft, async () => {
    const index = next++;
    results[index] = await work(all[index] as T);
  });
  return results;
}
