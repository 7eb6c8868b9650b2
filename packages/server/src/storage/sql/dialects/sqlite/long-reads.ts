/**
 * Long reads run one after the other in a worker thread with its own connection, so that they do not block the event loop. The thread
 * starts with the first read. A read sees the data that is committed when it starts.
 */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ChunkScore, WordsQuery } from '../../../repositories/vector-stores.ts';
import type { SearchInThread } from '../../search/bm25.ts';
import type { LongRead } from '../../sql-database.ts';

export type ReadTask = { id: number } & (
  | { sql: string; parameters: readonly unknown[] }
  | { projectId: string; words: WordsQuery }
);

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export type ReadAnswer = { id: number; rows: unknown[] } | { id: number; error: unknown };

export interface LongReads {
  read: LongRead;
  /** Finds chunks of one store by BM25. */
  search: SearchInThread;
  /** Rejects pending reads at once; resolves when the running statement has ended. */
  close(): Promise<void>;
}

/** The script beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/long-reads(\.[jt]s)$/, 'long-reads-worker$1');

/** `path`: the file of the database. */
export function createLongReads(path: string): LongReads {
  const waiting = new Map<number, PromiseWithResolvers<unknown[]>>();
  let worker: Worker | undefined;
  let lastId = 0;

  function end(reason: unknown): void {
    worker = undefined;
    for (const waiter of waiting.values()) waiter.reject(reason);
    waiting.clear();
  }

  function settle(answer: ReadAnswer): void {
    const waiter = waiting.get(answer.id);
    waiting.delete(answer.id);
    // An idle thread must not keep the process alive.
    if (waiting.size === 0) worker?.unref();
    if ('error' in answer) waiter?.reject(answer.error);
    else waiter?.resolve(answer.rows);
  }

  function start(): Worker {
    const started = new Worker(PROGRAM, { execArgv: [], workerData: path });
    started.on('message', settle);
    started.once('error', end);
    return started;
  }

  function ask(task: DistributiveOmit<ReadTask, 'id'>): Promise<unknown[]> {
    worker ??= start();
    const id = ++lastId;
    const waiter = Promise.withResolvers<unknown[]>();
    waiting.set(id, waiter);
    worker.ref();
    worker.postMessage({ ...task, id } satisfies ReadTask);
    return waiter.promise;
  }

  return {
    // The caller knows the columns of its query.
    read: async <Row>({ sql, parameters }: Parameters<LongRead>[0]) => (await ask({ sql, parameters })) as Row[],
    search: async (projectId, words) => (await ask({ projectId, words })) as ChunkScore[],
    async close() {
      const closing = worker;
      end(new Error(`The database ${path} is closed.`));
      await closing?.terminate();
    },
  };
}
