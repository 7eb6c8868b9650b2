/** `POST /vector_stores/{vector_store_id}/files/{file_id}`: the next search goes by the new attributes. */
import { vectorStores } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { findLiveStore, findStoreFile } from '../find-store.ts';
import { toStoreFile } from './to-store-file.ts';

const { update } = vectorStores.files;

export default implement(update, ({ repositories, clock }) => async ({ params, body }, { principal }) => {
  const place = { storeId: params.vector_store_id, id: params.file_id };
  return repositories.forProject(principal.projectId).transaction(async (inside) => {
    await findLiveStore(inside, place.storeId, clock.now());
    await inside.vectorStoreFiles.updateAttributes(place, body.attributes ?? {});
    return toStoreFile(await findStoreFile(inside, place));
  });
});
