/**
 * The vector index door over usearch (a proximity graph with 16-bit numbers). It runs in a worker thread that starts
 * with the first task, so that nothing blocks the event loop; queries run between the parts of a long change.
 */
import { fileURLToPath } from 'node:url';
import { createTaskThread } from '../../../lib/task-thread.ts';
import type { VectorIndex } from '../vector-index.ts';
import type { IndexAnswer, IndexTask } from './index-thread.ts';

/** The script beside this file, with the same extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/usearch-index(\.[jt]s)$/, 'index-thread$1');
/** Far longer than writing or reading a file of some gigabytes. */
const LIMIT_MS = 300_000;
/** Tens of milliseconds of work, which bounds the wait of a query. */
const VECTORS_AT_ONCE = 32;

export function createUsearchIndex(): VectorIndex {
  const thread = createTaskThread<IndexTask, IndexAnswer>({ program: PROGRAM, limitMs: LIMIT_MS });

  async function ask(task: IndexTask): Promise<number[] | undefined> {
    const answer = await thread.run(task);
    if ('error' in answer) throw new Error(`The vector index cannot ${task.type}: ${answer.error}`);
    return answer.keys;
  }

  return {
    async create(store, dimensions) {
      await ask({ type: 'create', store, dimensions });
    },
    nearest: (store, vector, count) => ask({ type: 'nearest', store, vector, count }),
    async add(store, keys, vectors) {
      const dimensions = vectors.length / keys.length;
      for (let i = 0; i < keys.length; i += VECTORS_AT_ONCE) {
        const part = keys.slice(i, i + VECTORS_AT_ONCE);
        const own = vectors.slice(i * dimensions, (i + part.length) * dimensions);
        await ask({ type: 'add', store, keys: part, vectors: own });
      }
    },
    async remove(store, keys) {
      for (let i = 0; i < keys.length; i += VECTORS_AT_ONCE) {
        await ask({ type: 'remove', store, keys: keys.slice(i, i + VECTORS_AT_ONCE) });
      }
    },
    async save(store, path) {
      await ask({ type: 'save', store, path });
    },
    async load(store, path) {
      await ask({ type: 'load', store, path });
    },
    async drop(store) {
      await ask({ type: 'drop', store });
    },
    close() {
      void thread.close(new Error('The vector index is closed.'));
    },
  };
}
