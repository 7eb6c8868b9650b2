/**
 * For tests of kills: a process with a worker pool. `node worker-process.ts '{"location":{"path":"…"},"leaseMs":500}'`
 * prints a line when the pool has started, and one for each job that starts.
 */
import { writeSync } from 'node:fs';
import { systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { openLocation, type StorageLocation } from '../../storage/sql/testing/open-location.ts';
import { createWorkerPool } from '../worker-pool.ts';
import { effectTask } from './effects.ts';

interface Options {
  location: StorageLocation;
  leaseMs: number;
}

const STDOUT = 1;
const { location, leaseMs } = JSON.parse(process.argv[2] ?? '') as Options;
const ids = createIdSource(systemClock);
const repositories = await openLocation(location, { clock: systemClock, ids });
const print = (line: string) => writeSync(STDOUT, `${line}\n`);
const announced: typeof effectTask = {
  ...effectTask,
  run: (payload, context, services) => {
    print(`job started: ${payload.name}`);
    return effectTask.run(payload, context, services);
  },
};
createWorkerPool({ repositories, tasks: [announced], services: { ids }, ids, leaseMs }).start();
print('pool started');
setInterval(() => undefined, 1000);
