/** The database with what tenancy makes of it: shared by the server and the CLI's local commands. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import { systemClock } from '../lib/clock.ts';
import { createIdSource } from '../lib/ids.ts';
import { openSqliteStorage } from '../storage/sql/open-sqlite-storage.ts';
import { createApiKeys } from '../tenancy/api-keys.ts';
import { loopbackPrincipal } from '../tenancy/principal.ts';

/** `onError` is told of writes that failed in the background and will be tried again. `owner` acts for the default project. */
export async function openStorage(config: Pick<Config, 'dataDir'>, onError?: (error: unknown) => void) {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const clock = systemClock;
  const ids = createIdSource(clock);
  const repositories = await openSqliteStorage({ path: join(config.dataDir, 'selfsame.db'), clock, ids });
  const apiKeys = createApiKeys(repositories, { clock, ids, onError });
  const owner = await loopbackPrincipal(repositories);
  return { clock, ids, repositories, apiKeys, owner };
}
