/** `DELETE /vector_stores/{vector_store_id}`: deletes the store with its chunks, and cancels its ingestion jobs. */
import { vectorStores } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';

export default implement(vectorStores.delete, ({ repositories }) => async ({ params }, { principal }) => {
  const id = params.vector_store_id;
  await repositories.forProject(principal.projectId).transaction(async (tx) => {
    const jobs = await tx.vectorStores.delete(id);
    if (jobs === undefined) throw errors.objectNotFound('VectorStore', id);
    for (const job of jobs) await tx.jobs.cancel(job);
  });
  return { id, object: 'vector_store.deleted' as const, deleted: true };
});
