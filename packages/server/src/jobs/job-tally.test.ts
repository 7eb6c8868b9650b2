import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { createIdSource } from '../lib/ids.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import { describeDatabases, type StorageFixture } from '../storage/sql/testing/databases.ts';
import { type AnyTask, PermanentFailure, systemTask } from './task.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool.ts';

describeDatabases('the tally of jobs', (open) => {
  const ids = createIdSource(systemClock);
  let fixture: StorageFixture;
  let repositories: Repositories;
  let pool: WorkerPool | undefined;
  const tally = () => repositories.system().jobs.tally();

  beforeEach(async () => {
    fixture = await open(systemClock, ids);
    repositories = fixture.repositories;
  });
  afterEach(async () => {
    await pool?.stop(0);
    await fixture.dispose();
  });

  function startPool(tasks: readonly unknown[]): void {
    pool = createWorkerPool({ repositories, tasks: tasks as AnyTask[], services: {}, ids });
    pool.start();
  }

  const doomed = systemTask<null>({
    name: 'tests.doomed',
    run: () => Promise.reject<number>(new PermanentFailure('it cannot be')),
  });
  const idle = systemTask<null>({ name: 'tests.idle', run: async () => {} });

  it('counts jobs by state and reports for how long the oldest one is due', async () => {
    const { jobs } = repositories.system();
    const now = Date.now();
    await jobs.enqueue(idle.job(null, { runAt: now - 60_000 }));
    await jobs.enqueue(idle.job(null, { runAt: now - 5000 }));
    await jobs.enqueue(idle.job(null, { delayMs: 3_600_000 }));
    await jobs.enqueue(doomed.job(null));
    startPool([doomed]);
    const states = async () => (await tally()).jobs.map(({ task, state, count }) => `${task} ${state} ${count}`);
    await expect
      .poll(async () => new Set(await states()), { timeout: 8000 })
      .toEqual(new Set(['tests.doomed dead 1', 'tests.idle delayed 1', 'tests.idle ready 2']));
    const ready = (await tally()).jobs.find(({ state }) => state === 'ready');
    expect(ready?.oldestMs).toBeGreaterThanOrEqual(60_000);
    expect(ready?.oldestMs).toBeLessThan(120_000);
    expect((await tally()).jobs.find(({ state }) => state === 'delayed')?.oldestMs).toBe(0);
  });

  it('counts what periodic tasks removed and their failures in all processes', async () => {
    let tries = 0;
    const sweep = systemTask<null>({ name: 'tests.sweep', everyMs: 3_600_000, run: async () => 3 });
    const broken = systemTask<null>({
      name: 'tests.broken',
      everyMs: 3_600_000,
      run: async () => {
        tries += 1;
        throw new Error('no');
      },
    });
    startPool([sweep, broken]);
    await expect
      .poll(async () => (await tally()).periodic, { timeout: 8000 })
      .toEqual([
        { task: 'tests.broken', runs: 0, failures: 1, removed: 0, lastSuccessAt: null },
        { task: 'tests.sweep', runs: 1, failures: 0, removed: 3, lastSuccessAt: expect.any(Number) },
      ]);
    expect(tries).toBe(1);
    await repositories.system().jobs.recordPeriodic('tests.sweep', { removed: 4 });
    expect((await tally()).periodic.at(-1)).toMatchObject({ runs: 2, removed: 7 });
  });
});
