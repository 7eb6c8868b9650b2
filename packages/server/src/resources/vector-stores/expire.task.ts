/** Empties vector stores whose time is over. Searches are refused from their second on; this gives the room back. The store itself stays, to be seen. */
import { defineSystemTask } from '../define-task.ts';

const MINUTE_MS = 60_000;
const STORES_AT_ONCE = 20;
const FILES_AT_ONCE = 100;

export default defineSystemTask({
  name: 'vector-stores.expire',
  everyMs: MINUTE_MS,
  async run(_payload, { signal, repositories: all }, { repositories }) {
    const { vectorStores } = all;
    let removed = 0;
    for (let stores = await vectorStores.listExpired(STORES_AT_ONCE); stores.length > 0; ) {
      for (const { id: storeId, projectId } of stores) {
        signal.throwIfAborted();
        const scope = repositories.forProject(projectId);
        const { records } = await scope.vectorStoreFiles.list({ storeId, limit: FILES_AT_ONCE });
        await scope.transaction(async ({ vectorStoreFiles, jobs }) => {
          for (const { id } of records) {
            const job = await vectorStoreFiles.delete({ storeId, id });
            if (job !== undefined) await jobs.cancel(job);
          }
        });
        removed += records.length;
      }
      stores = await vectorStores.listExpired(STORES_AT_ONCE);
    }
    return removed;
  },
});
