/** `POST …/file_batches/{batch_id}/cancel`: files that are done stay done; the others are cancelled at once, also those being read. */
import { vectorStores } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { findFileBatch } from '../find-store.ts';
import { toFileBatch } from './to-file-batch.ts';

const { cancel } = vectorStores.fileBatches;

export default implement(cancel, ({ repositories, clock }) => async ({ params }, { principal }) => {
  const { vector_store_id: storeId, batch_id: id } = params;
  return repositories.forProject(principal.projectId).transaction(async (inside) => {
    const jobs = (await inside.vectorStores.cancelBatch(storeId, id, clock.now())) ?? [];
    for (const job of jobs) await inside.jobs.cancel(job);
    return toFileBatch(await findFileBatch(inside, storeId, id));
  });
});
