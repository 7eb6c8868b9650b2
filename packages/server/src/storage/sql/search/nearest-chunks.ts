/**
 * The nearest vectors of a store. Small stores are compared exactly. For large ones an approximate index names
 * candidates: more than requested, so that enough pass the filter. Their scores and their existence come from the
 * tables, as do all files that the index lacks. When so few vectors pass the filter that an exact scan is faster, the
 * scan is used instead.
 */
import type { ChunkScore } from '../../repositories/vector-stores.ts';
import type { SqlDatabase } from '../sql-database.ts';
import { type ExactQuery, eachOnce, exactNearest } from './exact-nearest.ts';
import type { IndexedStore, VectorAccelerator } from './vector-accelerator.ts';

/** Candidates per requested chunk, in the first round. */
const OVERFETCH = 4;
const MIN_CANDIDATES = 100;
/** Extra share in the second round, when the share that passes the filter is known. */
const MARGIN = 1.5;
/** Approximate number of vectors compared exactly in the time of finding and checking one candidate. */
const VECTORS_PER_CANDIDATE = 3;

export async function nearestChunks(
  database: SqlDatabase,
  accelerator: VectorAccelerator | undefined,
  query: ExactQuery,
): Promise<ChunkScore[]> {
  if (accelerator === undefined || query.chunks !== undefined) return exactNearest(database, query);
  const store = await findStore(database, query);
  if (store === undefined || store.vectors < accelerator.minVectors) return exactNearest(database, query);
  return indexedNearest(database, query, { accelerator, store });
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
  for (let count = Math.max(MIN_CANDIDATES, limit * OVERFETCH); count <= store.vectors; ) {
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
