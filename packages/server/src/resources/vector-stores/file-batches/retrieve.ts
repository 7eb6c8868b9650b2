import { vectorStores } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { findFileBatch } from '../find-store.ts';
import { toFileBatch } from './to-file-batch.ts';

export default implement(vectorStores.fileBatches.retrieve, ({ repositories }) => async ({ params }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  return toFileBatch(await findFileBatch(scope, params.vector_store_id, params.batch_id));
});
