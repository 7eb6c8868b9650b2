/** `POST …/file_batches/{batch_id}/cancel`: cancels all files that are not completed, those in progress included. */
import { vectorStores } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { findFileBatch } from '../find-store.ts';
import { toFileBatch } from './to-file-batch.ts';

const { cancel } = vectorStores.fileBatches;

export default implement(cancel, ({ repositories, clock }) => async ({ params }, { principal }) => {
  const { vector_store_id: storeId, batch_id: id } = params;
  return repositories.forProject(principal.projectId).transaction(async (tx) => {
    const jobs = (await tx.vectorStores.cancelBatch(storeId, id, clock.now())) ?? [];
    for (const job of jobs) await tx.jobs.cancel(job);
    return toFileBatch(await findFileBatch(tx, storeId, id));
  });
});
