/**
 * For tests: in each round two worker processes claim jobs and are killed with SIGKILL at random moments. Afterwards
 * every effect is stored exactly once. The seed is printed; SELFSAME_TEST_SEED repeats a run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import SqliteFile from 'better-sqlite3';
import { expect } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { announceSeed, createRandom } from '../../lib/testing/random.ts';
import type { OpenStorage, StorageFixture } from '../../storage/sql/testing/databases.ts';
import { runOnPostgres } from '../../storage/sql/testing/postgres-fixture.ts';
import type { AnyTask } from '../task.ts';
import { createWorkerPool } from '../worker-pool.ts';
import { effects, effectTask } from './effects.ts';

const WORKER = fileURLToPath(new URL('./worker-process.ts', import.meta.url));
const WORKERS = 2;
const JOBS_PER_ROUND = 40;
const MAX_WORK_MS = 30;
const MAX_LIFE_MS = 250;
const LEASE_MS = 400;
const START_MS = 20_000;
const DRAIN_MS = 60_000;

function startWorker(location: StorageFixture['location']) {
  const options = JSON.stringify({ location, leaseMs: LEASE_MS });
  const child: ChildProcess = spawn(process.execPath, [WORKER, options], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return { child, output: () => output, closed: once(child, 'close') };
}

/** Returns the number of attempts that started. */
async function runRound(location: StorageFixture['location'], random: () => number): Promise<number> {
  const workers = Array.from({ length: WORKERS }, () => startWorker(location));
  try {
    await expect
      .poll(() => workers.every(({ output }) => output().includes('pool started')), { interval: 5, timeout: START_MS })
      .toBe(true);
    for (const { child } of workers) {
      await sleep(random() * MAX_LIFE_MS);
      child.kill('SIGKILL');
    }
  } finally {
    for (const { child } of workers) child.kill('SIGKILL');
  }
  for (const [, signal] of await Promise.all(workers.map(({ closed }) => closed))) expect(signal).toBe('SIGKILL');
  return workers.flatMap(({ output }) => output().match(/job started/g) ?? []).length;
}

async function expectSound({ location }: StorageFixture): Promise<void> {
  if ('url' in location) {
    // PostgreSQL has no integrity check to run; only leftover jobs remain to be checked.
    expect(await runOnPostgres(location.url, 'select count(*)::int as n from jobs')).toEqual([{ n: 0 }]);
    return;
  }
  const file = new SqliteFile(location.path);
  expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(file.pragma('foreign_key_check')).toEqual([]);
  expect(file.prepare('select count(*) from jobs').pluck().get()).toBe(0);
  file.close();
}

export async function killRounds(open: OpenStorage, rounds: number): Promise<void> {
  const random = createRandom(announceSeed('kill rounds'));
  const ids = createIdSource(systemClock);
  const fixture = await open(systemClock, ids);
  try {
    const { repositories } = fixture;
    const { projectId } = await repositories.system().installation.retrieve();
    const names: string[] = [];
    let attempts = 0;
    for (let i = 0; i < rounds; i += 1) {
      await repositories.forProject(projectId).transaction(async ({ jobs }) => {
        for (let n = 0; n < JOBS_PER_ROUND; n += 1) {
          const name = `${String(i).padStart(3, '0')}-${String(n).padStart(3, '0')}`;
          await jobs.enqueue(effectTask.job({ name, workMs: Math.floor(random() * MAX_WORK_MS) }));
          names.push(name);
        }
      });
      attempts += await runRound(fixture.location, random);
      const seen = await effects(repositories, projectId);
      expect(new Set(seen).size).toBe(seen.length);
    }
    const pool = createWorkerPool({
      repositories,
      tasks: [effectTask] as unknown as AnyTask[],
      services: { ids },
      ids,
      leaseMs: LEASE_MS,
      slots: 20,
    });
    pool.start();
    await expect.poll(() => effects(repositories, projectId), { timeout: DRAIN_MS, interval: 100 }).toEqual(names);
    await pool.stop(1000);
    await expectSound(fixture);
    // Otherwise no kill hit a running job.
    expect(attempts).toBeGreaterThan(rounds);
  } finally {
    await fixture.dispose();
  }
}
