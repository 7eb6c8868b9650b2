/**
 * `POST /vector_stores/{vector_store_id}/files/{file_id}`: replaces the attributes, which apply from the next search
 * on.
 */
import { vectorStores } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { findLiveStore, findStoreFile } from '../find-store.ts';
import { toStoreFile } from './to-store-file.ts';

const { update } = vectorStores.files;

export default implement(update, ({ repositories, clock }) => async ({ params, body }, { principal }) => {
  const ref = { storeId: params.vector_store_id, id: params.file_id };
  return repositories.forProject(principal.projectId).transaction(async (tx) => {
    await findLiveStore(tx, ref.storeId, clock.now());
    await tx.vectorStoreFiles.updateAttributes(ref, body.attributes ?? {});
    return toStoreFile(await findStoreFile(tx, ref));
  });
});
