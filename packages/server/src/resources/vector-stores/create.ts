/** `POST /vector_stores`: creates the store and adds its first files in one transaction. */
import { vectorStores } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';
import { findStore } from './find-store.ts';
import { keepStore } from './keep-store.ts';
import { toVectorStore } from './to-vector-store.ts';

export default implement(vectorStores.create, ({ repositories, clock, ids }) => async ({ body }, { principal }) => {
  const { name = '', description = null, metadata, expires_after: expiry, file_ids: fileIds = [] } = body;
  const { chunking_strategy: chunking } = body;
  if (chunking !== undefined && fileIds.length === 0) {
    throw errors.unsupportedParameter('chunking_strategy', "It has a meaning with 'file_ids' only.");
  }
  const now = clock.now();
  const id = ids('vs_');
  const store = { id, name, description, metadata: metadata ?? {}, expiresAfterDays: expiry?.days ?? null };
  return repositories.forProject(principal.projectId).transaction(async (tx) => {
    const files = { fileIds, chunking, chunkingParam: 'chunking_strategy', apiKeyId: principal.apiKeyId };
    await keepStore(tx, { ...store, ...files }, now);
    return toVectorStore(await findStore(tx, id), now);
  });
});
