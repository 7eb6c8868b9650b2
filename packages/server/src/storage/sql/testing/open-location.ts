/** For processes that tests start: opens the storage of a fixture. */
import type { Clock } from '../../../lib/clock.ts';
import type { IdSource } from '../../../lib/ids.ts';
import { openPostgresStorage } from '../open-postgres-storage.ts';
import { openSqliteStorage } from '../open-sqlite-storage.ts';
import type { StorageFixture } from './databases.ts';

export type StorageLocation = StorageFixture['location'];

export function openLocation(location: StorageLocation, deps: { clock: Clock; ids: IdSource }) {
  return 'url' in location
    ? openPostgresStorage({ ...deps, url: location.url })
    : openSqliteStorage({ ...deps, path: location.path });
}
