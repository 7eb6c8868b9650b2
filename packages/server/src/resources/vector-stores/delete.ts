/** `DELETE /vector_stores/{vector_store_id}`: the store with its chunks, and the work that is still being done for it. */
import { vectorStores } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';

export default implement(vectorStores.delete, ({ repositories }) => async ({ params }, { principal }) => {
  const id = params.vector_store_id;
  await repositories.forProject(principal.projectId).transaction(async (inside) => {
    const jobs = await inside.vectorStores.delete(id);
    if (jobs === undefined) throw errors.objectNotFound('VectorStore', id);
    for (const job of jobs) await inside.jobs.cancel(job);
  });
  return { id, object: 'vector_store.deleted' as const, deleted: true };
});
