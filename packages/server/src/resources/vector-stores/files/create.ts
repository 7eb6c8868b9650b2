/** `POST /vector_stores/{vector_store_id}/files`: the file is read by a job; until that is done it is `in_progress`. */
import { vectorStores } from '@selfsame/contract';
import { touchStore } from '../../../retrieval/activity.ts';
import { implement } from '../../handler.ts';
import { attachFiles } from '../attach-files.ts';
import { findLiveStore, findStoreFile } from '../find-store.ts';
import { toStoreFile } from './to-store-file.ts';

const { create } = vectorStores.files;

export default implement(create, ({ repositories, clock }) => async ({ params, body }, { principal }) => {
  const storeId = params.vector_store_id;
  const { file_id: fileId, chunking_strategy: chunking, attributes } = body;
  const now = clock.now();
  return repositories.forProject(principal.projectId).transaction(async (inside) => {
    const store = await findLiveStore(inside, storeId, now);
    const file = { fileId, chunking, attributes, chunkingParam: 'chunking_strategy' };
    await attachFiles(inside, { storeId, batchId: null, now, apiKeyId: principal.apiKeyId }, [file]);
    await touchStore(inside, store, now);
    return toStoreFile(await findStoreFile(inside, { storeId, id: fileId }));
  });
});
