/** What the bench of retrieval asks of a server: documents in a store of their own. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Served, serve, uploadFile } from '../served.ts';
import type { SetDocument } from './retrieval-set.ts';

/** `dataDir` stays; `model`: a GGUF file or ONNX folder, or `built-in`. */
export function startSelfsame(dataDir: string, model: string): Promise<Served> {
  return serve(model === 'built-in' ? { BUILT_IN: 'true' } : { BUILT_IN: 'false', MODELS: model }, dataDir);
}

const FILES_PER_BATCH = 500;
const POLL_MS = 1000;

interface FileBatch {
  id: string;
  file_counts: { in_progress: number; completed: number; total: number };
}

/** Id of a store that holds the documents. Throws unless all of them were taken in. */
export async function fillStore(url: string, name: string, documents: readonly SetDocument[]): Promise<string> {
  const store = await ask<{ id: string }>(`${url}/vector_stores`, { name });
  const files = await eachOf(documents, ({ name: file, text }) =>
    uploadFile(url, 'assistants', new File([text], file)),
  );
  for (let at = 0; at < files.length; at += FILES_PER_BATCH) {
    const batches = `${url}/vector_stores/${store.id}/file_batches`;
    let batch = await ask<FileBatch>(batches, { file_ids: files.slice(at, at + FILES_PER_BATCH) });
    while (batch.file_counts.in_progress > 0) {
      await sleep(POLL_MS);
      batch = await ask<FileBatch>(`${batches}/${batch.id}`);
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
