import { vectorStores } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { toPage } from '../../to-page.ts';
import { findStore } from '../find-store.ts';
import { toStoreFile } from './to-store-file.ts';

const { list } = vectorStores.files;

export default implement(list, ({ repositories }) => async ({ params, query }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { id: storeId } = await findStore(scope, params.vector_store_id);
  const { filter: status, ...page } = query;
  return toPage(await scope.vectorStoreFiles.list({ ...page, storeId, status }), toStoreFile);
});
