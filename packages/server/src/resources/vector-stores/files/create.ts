/** `POST /vector_stores/{vector_store_id}/files`: adds a file, which is `in_progress` until a job has ingested it. */
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
  return repositories.forProject(principal.projectId).transaction(async (tx) => {
    const store = await findLiveStore(tx, storeId, now);
    const file = { fileId, chunking, attributes, chunkingParam: 'chunking_strategy' };
    await attachFiles(tx, { storeId, batchId: null, now, apiKeyId: principal.apiKeyId }, [file]);
    await touchStore(tx, store, now);
    return toStoreFile(await findStoreFile(tx, { storeId, id: fileId }));
  });
});
