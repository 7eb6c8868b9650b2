/**
 * `DELETE /vector_stores/{vector_store_id}/files/{file_id}`: removes the file from the store, whose searches no longer
 * find it. The file itself is kept.
 */
import { vectorStores } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { findStore } from '../find-store.ts';

export default implement(vectorStores.files.delete, ({ repositories }) => async ({ params }, { principal }) => {
  const ref = { storeId: params.vector_store_id, id: params.file_id };
  await repositories.forProject(principal.projectId).transaction(async (tx) => {
    await findStore(tx, ref.storeId);
    const job = await tx.vectorStoreFiles.delete(ref);
    if (job === undefined) throw errors.objectNotFound('VectorStoreFile', ref.id);
    await tx.jobs.cancel(job);
  });
  return { id: ref.id, object: 'vector_store.file.deleted' as const, deleted: true };
});
