/**
 * Runs long reads in a worker thread with a separate connection, so that they do not block the event loop. A read sees
 * the data that is committed when it starts.
 */
import { fileURLToPath } from 'node:url';
import { createTaskThread } from '../../../../lib/task-thread.ts';
import type { ChunkScore, WordsQuery } from '../../../repositories/vector-stores.ts';
import type { SearchInThread } from '../../search/bm25.ts';
import type { LongRead } from '../../sql-database.ts';

export type ReadTask = { sql: string; parameters: readonly unknown[] } | { projectId: string; words: WordsQuery };

/** An error is an answer, so that it does not end the thread. */
export type ReadAnswer = { rows: unknown[] } | { error: unknown };

export interface LongReads {
  read: LongRead;
  /** Finds chunks of one store by BM25. */
  search: SearchInThread;
  /** Rejects pending reads at once; resolves when the running statement has ended. */
  close(): Promise<void>;
}

/** The script beside this file, with the same extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/long-reads(\.[jt]s)$/, 'long-reads-worker$1');

/** `path`: the file of the database. */
export function createLongReads(path: string): LongReads {
  const thread = createTaskThread<ReadTask, ReadAnswer>({ program: PROGRAM, workerData: path });

  async function run(task: ReadTask): Promise<unknown[]> {
    const answer = await thread.run(task);
    if ('error' in answer) throw answer.error;
    return answer.rows;
  }

  return {
    // The caller knows the columns of its query.
    read: async <Row>({ sql, parameters }: Parameters<LongRead>[0]) => (await run({ sql, parameters })) as Row[],
    search: async (projectId, words) => (await run({ projectId, words })) as ChunkScore[],
    close: () => thread.close(new Error(`The database ${path} is closed.`)),
  };
}
