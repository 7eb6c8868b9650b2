import { vectorStores } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { findStoreFile } from '../find-store.ts';
import { toStoreFile } from './to-store-file.ts';

export default implement(vectorStores.files.retrieve, ({ repositories }) => async ({ params }, { principal }) => {
  const ref = { storeId: params.vector_store_id, id: params.file_id };
  return toStoreFile(await findStoreFile(repositories.forProject(principal.projectId), ref));
});
