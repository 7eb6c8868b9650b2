/** The database with what tenancy makes of it: shared by the server and the CLI's local commands. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/load.ts';
import { systemClock } from '../lib/clock.ts';
import { createIdSource } from '../lib/ids.ts';
import { openSqliteStorage } from '../storage/sql/open-sqlite-storage.ts';
import { createApiKeys } from '../tenancy/api-keys.ts';
import { loopbackPrincipal } from '../tenancy/principal.ts';

export async function openStorage(config: Pick<Config, 'dataDir'>) {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const clock = systemClock;
  const ids = createIdSource(clock);
  const repositories = await openSqliteStorage({ path: join(config.dataDir, 'selfsame.db'), clock, ids });
  const apiKeys = createApiKeys(repositories, { clock, ids });
  const owner = await loopbackPrincipal(repositories);
  return { clock, ids, repositories, apiKeys, owner };
}
