/** For tests of kills: a process that reads files for vector stores. `node reader-process.ts '{"place":{"path":"…"},"folder":"…","leaseMs":500}'`. */
import { writeSync } from 'node:fs';
import { systemClock } from '../../../lib/clock.ts';
import { createIdSource } from '../../../lib/ids.ts';
import { openPostgresStorage } from '../../../storage/sql/open-postgres-storage.ts';
import { openSqliteStorage } from '../../../storage/sql/open-sqlite-storage.ts';
import { openReader } from './open-reader.ts';

interface Options {
  place: { path: string } | { url: string };
  folder: string;
  leaseMs: number;
}

const STDOUT = 1;
const { place, folder, leaseMs } = JSON.parse(process.argv[2] ?? '') as Options;
const ids = createIdSource(systemClock);
const common = { clock: systemClock, ids };
const repositories =
  'url' in place
    ? await openPostgresStorage({ ...common, url: place.url })
    : await openSqliteStorage({ ...common, path: place.path });
const reader = await openReader({ repositories, ids, folder });
reader.startPool({ leaseMs });
writeSync(STDOUT, 'started\n');
setInterval(() => undefined, 1000);
