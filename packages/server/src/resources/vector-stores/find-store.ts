/** Finds the vector store, file or batch of a request, or throws the ApiError for a missing one. */
import { errors } from '../../errors/catalogue.ts';
import { isExpired } from '../../retrieval/activity.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { StoreFileRef, VectorStoreFileRecord } from '../../storage/repositories/vector-store-files.ts';
import type { FileBatchWithTotals, VectorStoreWithTotals } from '../../storage/repositories/vector-stores.ts';

type StoreRepositories = Pick<ProjectRepositories, 'vectorStores' | 'vectorStoreFiles'>;

/** @throws ApiError 404 if the project has no store with that id. */
export async function findStore(
  { vectorStores }: Pick<StoreRepositories, 'vectorStores'>,
  id: string,
): Promise<VectorStoreWithTotals> {
  const store = await vectorStores.retrieve(id);
  if (store === undefined) throw errors.objectNotFound('VectorStore', id);
  return store;
}

/** @throws ApiError 404, or `vector_store_expired`. */
export async function findLiveStore(repositories: Pick<StoreRepositories, 'vectorStores'>, id: string, now: number) {
  const store = await findStore(repositories, id);
  if (isExpired(store, now)) throw errors.vectorStoreExpired(id);
  return store;
}

/** @throws ApiError 404 naming the store or the file. */
export async function findStoreFile(
  repositories: StoreRepositories,
  ref: StoreFileRef,
): Promise<VectorStoreFileRecord> {
  await findStore(repositories, ref.storeId);
  const file = await repositories.vectorStoreFiles.retrieve(ref);
  if (file === undefined) throw errors.objectNotFound('VectorStoreFile', ref.id);
  return file;
}

/** @throws ApiError 404 naming the store or the batch. */
export async function findFileBatch(
  repositories: StoreRepositories,
  storeId: string,
  id: string,
): Promise<FileBatchWithTotals> {
  await findStore(repositories, storeId);
  const batch = await repositories.vectorStores.retrieveBatch(storeId, id);
  if (batch === undefined) throw errors.objectNotFound('VectorStoreFileBatch', id);
  return batch;
}
