/** The vector stores that a file search reads. */
import { isExpired } from '../../retrieval/activity.ts';
import type { VectorStoreWithTotals } from '../../storage/repositories/vector-stores.ts';
import type { ToolInput } from '../tool.ts';

/** Returns the stores that exist and have not expired. */
export async function listLiveStores(
  { resources, repositories }: Pick<ToolInput, 'resources' | 'repositories'>,
  now: number,
): Promise<VectorStoreWithTotals[]> {
  const ids = resources.flatMap(({ file_search: search }) => search?.vector_store_ids ?? []);
  const stores = await Promise.all([...new Set(ids)].map((id) => repositories.vectorStores.retrieve(id)));
  return stores.filter((store): store is VectorStoreWithTotals => store !== undefined && !isExpired(store, now));
}
