/** The database with what tenancy makes of it: shared by the server and the CLI's local commands. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { createIdSource, type IdSource } from '../lib/ids.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import type { DatabasePlace } from '../storage/sql/database-place.ts';
import { openSqliteStorage } from '../storage/sql/open-sqlite-storage.ts';
import { createApiKeys } from '../tenancy/api-keys.ts';
import { loopbackPrincipal } from '../tenancy/principal.ts';

/** Where the records are. */
export type StoragePlace = Pick<Config, 'dataDir'> & Partial<Pick<Config, 'databaseUrl'>>;

/** The file of the embedded database. */
export function sqlitePath({ dataDir }: StoragePlace): string {
  return join(dataDir, 'selfsame.db');
}

export function databasePlace(place: StoragePlace): DatabasePlace {
  const { databaseUrl: url = '' } = place;
  return url === '' ? { path: sqlitePath(place) } : { url };
}

async function openRepositories(place: StoragePlace, clock: Clock, ids: IdSource): Promise<Repositories> {
  const database = databasePlace(place);
  if ('path' in database) return openSqliteStorage({ path: database.path, clock, ids });
  // Its package is loaded only where it is used.
  const { openPostgresStorage } = await import('../storage/sql/open-postgres-storage.ts');
  return openPostgresStorage({ url: database.url, clock, ids });
}

/** `onError` is told of writes that failed in the background and will be tried again. `owner` acts for the default project. */
export async function openStorage(config: StoragePlace, onError?: (error: unknown) => void) {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const clock = systemClock;
  const ids = createIdSource(clock);
  const repositories = await openRepositories(config, clock, ids);
  const apiKeys = createApiKeys(repositories, { clock, ids, onError });
  const owner = await loopbackPrincipal(repositories);
  return { clock, ids, repositories, apiKeys, owner };
}
