/**
 * Reads that take long, in a worker thread with a connection of its own, which is started at the first of them: the event loop goes on
 * meanwhile. They see what is committed when they begin, one after the other.
 */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ChunkScore, WordsQuery } from '../../../repositories/vector-stores.ts';
import type { LongRead } from '../../sql-database.ts';

export type ReadTask = { id: number } & (
  | { sql: string; parameters: readonly unknown[] }
  | { projectId: string; words: WordsQuery }
);

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export type ReadAnswer = { id: number; rows: unknown[] } | { id: number; error: unknown };

export interface LongReads {
  read: LongRead;
  /** Finds chunks of one store by words. */
  search(projectId: string, words: WordsQuery): Promise<ChunkScore[]>;
  /** Reads under way are rejected at once; resolves when the statement that runs has ended. */
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
    // It must not keep a program alive that has nothing else to do.
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
    // The caller knows what it asked for.
    read: async <Row>({ sql, parameters }: Parameters<LongRead>[0]) => (await ask({ sql, parameters })) as Row[],
    search: async (projectId, words) => (await ask({ projectId, words })) as ChunkScore[],
    async close() {
      const closing = worker;
      end(new Error(`The database ${path} is closed.`));
      await closing?.terminate();
    },
  };
}
