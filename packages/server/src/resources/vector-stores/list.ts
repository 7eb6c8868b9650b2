import { vectorStores } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { toPage } from '../to-page.ts';
import { toVectorStore } from './to-vector-store.ts';

export default implement(vectorStores.list, ({ repositories, clock }) => async ({ query }, { principal }) => {
  const page = await repositories.forProject(principal.projectId).vectorStores.list(query);
  return toPage(page, (store) => toVectorStore(store, clock.now()));
});
