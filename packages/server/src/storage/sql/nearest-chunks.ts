/**
 * The nearest vectors of a store. Few are compared one by one. Of many, an index names candidates: more than are asked for, for the filter
 * to let enough of them through, and their scores and whether they are still there come from the tables, as do all files that the index
 * does not know yet. Where a filter lets so little through that looking at just that is quicker, this is done instead.
 */
import type { ChunkScore, NearestQuery } from '../repositories/vector-stores.ts';
import { type ExactQuery, eachOnce, exactNearest } from './exact-nearest.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { IndexedStore, VectorAccelerator } from './vector-accelerator.ts';

/** Candidates for each chunk that is asked for, at first. */
const OVERFETCH = 4;
const LEAST_CANDIDATES = 100;
/** For the second time, when it is known how many a filter lets through. */
const MARGIN = 1.5;
/** About how many vectors are compared one by one in the time that it takes to find and check one candidate. */
const VECTORS_PER_CANDIDATE = 3;

export async function nearestChunks(
  database: SqlDatabase,
  projectId: string,
  query: NearestQuery,
): Promise<ChunkScore[]> {
  const { accelerator } = database;
  const scope = { ...query, projectId };
  if (accelerator === undefined || query.chunks !== undefined) return exactNearest(database, scope);
  const store = await findStore(database, scope);
  if (store === undefined || store.vectors < accelerator.leastVectors) return exactNearest(database, scope);
  return indexedNearest(database, scope, { accelerator, store });
}

type LargeStore = IndexedStore & { vectors: number };

function findStore({ reader }: SqlDatabase, { storeId, projectId }: ExactQuery): Promise<LargeStore | undefined> {
  return reader
    .selectFrom('vector_stores')
    .select(['id', 'version', 'shrunk_version as shrunkVersion', 'vector_count as vectors'])
    .where('id', '=', storeId)
    .where('project_id', '=', projectId)
    .executeTakeFirst();
}

async function indexedNearest(
  database: SqlDatabase,
  query: ExactQuery,
  { accelerator, store }: { accelerator: VectorAccelerator; store: LargeStore },
): Promise<ChunkScore[]> {
  const { vector, limit } = query;
  let later: { after: number; found: ChunkScore[] } | undefined;
  for (let count = Math.max(LEAST_CANDIDATES, limit * OVERFETCH); count <= store.vectors; ) {
    const { watermark, keys } = await accelerator.nearest(store, vector, count);
    if (watermark === 0) break;
    const checked = await exactNearest(database, { ...query, limit: keys.length, keys });
    if (checked.length >= limit || keys.length < count) {
      if (later?.after !== watermark && watermark < store.version) {
        later = { after: watermark, found: await exactNearest(database, { ...query, after: watermark }) };
      }
      return merge([...checked, ...(later?.found ?? [])]).slice(0, limit);
    }
    const share = checked.length / keys.length;
    if (limit * MARGIN * VECTORS_PER_CANDIDATE > share * share * store.vectors) break;
    count = Math.ceil((limit * MARGIN) / share);
  }
  return exactNearest(database, query);
}

const merge = (found: readonly ChunkScore[]) =>
  eachOnce(found.toSorted((a, b) => b.score - a.score || a.chunkKey - b.chunkKey));
