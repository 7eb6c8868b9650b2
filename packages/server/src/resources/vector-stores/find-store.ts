/** The vector store, file or batch that a request names, or the error that says why there is none to work with. */
import { errors } from '../../errors/catalogue.ts';
import { isExpired } from '../../retrieval/activity.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { StoreFileRef, VectorStoreFileRecord } from '../../storage/repositories/vector-store-files.ts';
import type { FileBatchWithTotals, VectorStoreWithTotals } from '../../storage/repositories/vector-stores.ts';

type Rooms = Pick<ProjectRepositories, 'vectorStores' | 'vectorStoreFiles'>;

/** @throws ApiError 404 when the project has none of that id. */
export async function findStore(
  { vectorStores }: Pick<Rooms, 'vectorStores'>,
  id: string,
): Promise<VectorStoreWithTotals> {
  const store = await vectorStores.retrieve(id);
  if (store === undefined) throw errors.objectNotFound('VectorStore', id);
  return store;
}

/** @throws ApiError `vector_store_expired` too. */
export async function findLiveStore(rooms: Pick<Rooms, 'vectorStores'>, id: string, now: number) {
  const store = await findStore(rooms, id);
  if (isExpired(store, now)) throw errors.vectorStoreExpired(id);
  return store;
}

/** @throws ApiError 404 naming the store or the file. */
export async function findStoreFile(rooms: Rooms, place: StoreFileRef): Promise<VectorStoreFileRecord> {
  await findStore(rooms, place.storeId);
  const file = await rooms.vectorStoreFiles.retrieve(place);
  if (file === undefined) throw errors.objectNotFound('VectorStoreFile', place.id);
  return file;
}

/** @throws ApiError 404 naming the store or the batch. */
export async function findFileBatch(rooms: Rooms, storeId: string, id: string): Promise<FileBatchWithTotals> {
  await findStore(rooms, storeId);
  const batch = await rooms.vectorStores.retrieveBatch(storeId, id);
  if (batch === undefined) throw errors.objectNotFound('VectorStoreFileBatch', id);
  return batch;
}
