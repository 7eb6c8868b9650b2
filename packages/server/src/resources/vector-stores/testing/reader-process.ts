/**
 * For tests of kills: a process that ingests files. `node reader-process.ts
 * '{"location":{"path":"…"},"folder":"…","leaseMs":500}'`.
 */
import { writeSync } from 'node:fs';
import { systemClock } from '../../../lib/clock.ts';
import { createIdSource } from '../../../lib/ids.ts';
import { openLocation, type StorageLocation } from '../../../storage/sql/testing/open-location.ts';
import { openReader } from './open-reader.ts';

interface Options {
  location: StorageLocation;
  folder: string;
  leaseMs: number;
}

const STDOUT = 1;
const { location, folder, leaseMs } = JSON.parse(process.argv[2] ?? '') as Options;
const ids = createIdSource(systemClock);
const repositories = await openLocation(location, { clock: systemClock, ids });
const reader = await openReader({ repositories, ids, folder });
reader.startPool({ leaseMs });
writeSync(STDOUT, 'started\n');
setInterval(() => undefined, 1000);
