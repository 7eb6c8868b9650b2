/**
 * Removes the files of expired vector stores to free storage. Searches are refused from the moment of expiry. The empty
 * store is kept.
 */
import { defineSystemTask } from '../define-task.ts';

const MINUTE_MS = 60_000;
const STORES_PER_PAGE = 20;
const FILES_PER_TRANSACTION = 100;

export default defineSystemTask({
  name: 'vector-stores.expire',
  everyMs: MINUTE_MS,
  async run(_payload, { signal, repositories: all }, { repositories }) {
    const { vectorStores } = all;
    let removed = 0;
    for (let stores = await vectorStores.listExpired(STORES_PER_PAGE); stores.length > 0; ) {
      for (const { id: storeId, projectId } of stores) {
        signal.throwIfAborted();
        const scope = repositories.forProject(projectId);
        const { records } = await scope.vectorStoreFiles.list({ storeId, limit: FILES_PER_TRANSACTION });
        await scope.transaction(async ({ vectorStoreFiles, jobs }) => {
          for (const { id } of records) {
            const job = await vectorStoreFiles.delete({ storeId, id });
            if (job !== undefined) await jobs.cancel(job);
          }
        });
        removed += records.length;
      }
      stores = await vectorStores.listExpired(STORES_PER_PAGE);
    }
    return removed;
  },
});
