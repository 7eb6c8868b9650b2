/** Opens the database and the keys in it, for the server and the CLI's local commands. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { createIdSource, type IdSource } from '../lib/ids.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import type { DatabaseLocation } from '../storage/sql/database-location.ts';
import { openSqliteStorage } from '../storage/sql/open-sqlite-storage.ts';
import type { Acceleration } from '../storage/sql/search/chunk-index.ts';
import { createUsearchIndex } from '../storage/vector-index/usearch/usearch-index.ts';
import { createApiKeys } from '../tenancy/api-keys.ts';
import { loopbackPrincipal } from '../tenancy/principal.ts';
import { createProjects } from '../tenancy/projects.ts';

/** The settings that locate the database and limit its indexes. */
export type StorageSettings = Pick<Config, 'dataDir'> & Partial<Pick<Config, 'databaseUrl' | 'searchMemoryBytes'>>;

/** Path of the embedded database. */
export function sqlitePath({ dataDir }: StorageSettings): string {
  return join(dataDir, 'selfsame.db');
}

export function databaseLocation(settings: StorageSettings): DatabaseLocation {
  const { databaseUrl: url = '' } = settings;
  return url === '' ? { path: sqlitePath(settings) } : { url };
}

/** Indexes of large vector stores. The thread and the memory are allocated at the first search of such a store. */
function accelerationOf(
  { dataDir, searchMemoryBytes = 0 }: StorageSettings,
  onError: ((error: unknown) => void) | undefined,
): Acceleration | undefined {
  if (searchMemoryBytes === 0) return undefined;
  return { index: createUsearchIndex(), folder: join(dataDir, 'indexes'), limitBytes: searchMemoryBytes, onError };
}

async function openRepositories(
  settings: StorageSettings,
  deps: { clock: Clock; ids: IdSource; acceleration: Acceleration | undefined },
): Promise<Repositories> {
  const database = databaseLocation(settings);
  if ('path' in database) return openSqliteStorage({ path: database.path, ...deps });
  // The package is loaded only if it is used.
  const { openPostgresStorage } = await import('../storage/sql/open-postgres-storage.ts');
  return openPostgresStorage({ url: database.url, ...deps });
}

/** `onError` receives failures of background writes, which are retried. `owner` acts for the default project. */
export async function openStorage(config: StorageSettings, onError?: (error: unknown) => void) {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const clock = systemClock;
  const ids = createIdSource(clock);
  const acceleration = accelerationOf(config, onError);
  const repositories = await openRepositories(config, { clock, ids, acceleration });
  const apiKeys = createApiKeys(repositories, { clock, ids, onError });
  const projects = createProjects(repositories, { clock, ids });
  const owner = await loopbackPrincipal(repositories);
  return { clock, ids, repositories, apiKeys, projects, owner };
}
