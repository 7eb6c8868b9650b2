/** `GET …/file_batches/{batch_id}/files`: lists the files of the batch. */
import { vectorStores } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { toPage } from '../../to-page.ts';
import { toStoreFile } from '../files/to-store-file.ts';
import { findFileBatch } from '../find-store.ts';

const { listFiles } = vectorStores.fileBatches;

export default implement(listFiles, ({ repositories }) => async ({ params, query }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { id: batchId, storeId } = await findFileBatch(scope, params.vector_store_id, params.batch_id);
  const { filter: status, ...page } = query;
  return toPage(await scope.vectorStoreFiles.list({ ...page, storeId, batchId, status }), toStoreFile);
});
