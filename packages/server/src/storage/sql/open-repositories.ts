/**
 * The last steps of opening a database, the same for every dialect: the first start, the chunk index and the
 * repositories.
 */
import type { Clock } from '../../lib/clock.ts';
import type { IdSource } from '../../lib/ids.ts';
import type { Repositories } from '../repositories/repositories.ts';
import { ensureInstallation } from './installation.ts';
import { type ChunkIndexOptions, createChunkIndex } from './search/chunk-index.ts';
import type { SqlDatabase } from './sql-database.ts';
import { sqlRepositories } from './sql-repositories.ts';

export interface StorageOptions extends Pick<ChunkIndexOptions, 'acceleration'> {
  clock: Clock;
  ids: IdSource;
}

/** Takes a migrated database, and closes it when the first start fails. */
export async function openRepositories(
  database: SqlDatabase,
  { clock, ids, ...searchOptions }: StorageOptions & Pick<ChunkIndexOptions, 'searchInThread'>,
): Promise<Repositories> {
  try {
    await ensureInstallation(database, clock, ids);
  } catch (error) {
    await database.close();
    throw error;
  }
  return sqlRepositories(database, { clock, ids, search: createChunkIndex(database, { clock, ...searchOptions }) });
}
