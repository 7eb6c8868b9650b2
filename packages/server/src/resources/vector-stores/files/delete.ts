/** `DELETE /vector_stores/{vector_store_id}/files/{file_id}`: it is found no more from the answer on; the file itself stays. */
import { vectorStores } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { findStore } from '../find-store.ts';

export default implement(vectorStores.files.delete, ({ repositories }) => async ({ params }, { principal }) => {
  const place = { storeId: params.vector_store_id, id: params.file_id };
  await repositories.forProject(principal.projectId).transaction(async (inside) => {
    await findStore(inside, place.storeId);
    const job = await inside.vectorStoreFiles.delete(place);
    if (job === undefined) throw errors.objectNotFound('VectorStoreFile', place.id);
    await inside.jobs.cancel(job);
  });
  return { id: place.id, object: 'vector_store.file.deleted' as const, deleted: true };
});
