import { vectorStores } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { findStore } from './find-store.ts';
import { toVectorStore } from './to-vector-store.ts';

export default implement(vectorStores.retrieve, ({ repositories, clock }) => async ({ params }, { principal }) => {
  const store = await findStore(repositories.forProject(principal.projectId), params.vector_store_id);
  return toVectorStore(store, clock.now());
});
