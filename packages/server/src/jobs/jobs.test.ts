import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { createIdSource } from '../lib/ids.ts';
import type { JobRecord } from '../storage/repositories/jobs.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import { describeDatabases, type StorageFixture } from '../storage/sql/testing/databases.ts';
import type { JobEnd } from './run-job.ts';
import { type AnyTask, JobPostponed, LeaseLost, PermanentFailure, projectTask, systemTask } from './task.ts';
import { effects, effectTask } from './testing/effects.ts';
import { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

describeDatabases('jobs', (open) => {
  const ids = createIdSource(systemClock);
  let fixture: StorageFixture;
  let repositories: Repositories;
  let projectId: string;
  let pools: WorkerPool[];
  let ends: [JobRecord, JobEnd][];
  const scope = () => repositories.forProject(projectId);
  const system = () => repositories.system();

  beforeEach(async () => {
    fixture = await open(systemClock, ids);
    repositories = fixture.repositories;
    projectId = (await system().installation.retrieve()).projectId;
    pools = [];
    ends = [];
  });
  afterEach(async () => {
    for (const pool of pools) await pool.stop(0);
    await fixture.dispose();
  });

  function startPool(tasks: readonly unknown[], options: Partial<WorkerPoolOptions> = {}): WorkerPool {
    const pool = createWorkerPool({
      repositories,
      tasks: tasks as AnyTask[],
      services: { ids },
      ids,
      onEnd: (job, end) => ends.push([job, end]),
      ...options,
    });
    pool.start();
    pools.push(pool);
    return pool;
  }

  const effect = (name: string, workMs = 0) => effectTask.job({ name, workMs });
  const outcomes = () => ends.map(([, { outcome }]) => outcome);
  const ended = (count: number) => expect.poll(outcomes, { timeout: 8000, interval: 10 }).toHaveLength(count);

  it('creates a job with the record that it serves, or not at all', async () => {
    startPool([effectTask]);
    const lost = scope().transaction(async (tx) => {
      await tx.jobs.enqueue(effect('lost'));
      throw new Error('no');
    });
    await expect(lost).rejects.toThrow('no');
    const id = await scope().transaction((tx) => tx.jobs.enqueue(effect('kept')));
    await ended(1);
    expect(await effects(repositories, projectId)).toEqual(['kept']);
    expect(await scope().jobs.retrieve(id)).toBeUndefined();
  });

  it('starts a job within two seconds in this process and in another', async () => {
    startPool([effectTask], { repositories: await fixture.openAgain() });
    await sleep(300);
    const madeAt = performance.now();
    await scope().jobs.enqueue(effect('now'));
    await ended(1);
    expect(performance.now() - madeAt).toBeLessThan(2000);
  });

  it('retries a failed job after a delay and records the error', async () => {
    const failing = projectTask<null>({
      name: 'tests.failing',
      run: () => Promise.reject<number>(new Error('out of paper')),
    });
    const id = await scope().jobs.enqueue(failing.job(null));
    startPool([failing]);
    await ended(1);
    const job = await scope().jobs.retrieve(id);
    expect(job).toMatchObject({ status: 'queued', attempts: 1, lastError: 'Error: out of paper' });
    const waitMs = (job?.runAt ?? 0) - Date.now();
    expect(waitMs).toBeGreaterThan(900);
    expect(waitMs).toBeLessThan(2600);
    expect(outcomes()).toEqual(['failed']);
  });

  it.each([
    ['after its last attempt', 1, new Error('out of paper'), 'Error: out of paper'],
    ['at once when a retry cannot succeed', 5, new PermanentFailure('no such file'), 'PermanentFailure: no such file'],
  ])(
    'marks a failing job as dead %s, with the reason, and runs onDead in the same transaction',
    async (_when, maxAttempts, error, reason) => {
      const doomed = projectTask<string>({
        name: 'tests.doomed',
        maxAttempts,
        run: () => Promise.reject<number>(error),
        async onDead(payload, tx, why) {
          await tx.jobs.enqueue(effect(`${payload}: ${why}`));
        },
      });
      const id = await scope().jobs.enqueue(doomed.job('settled'));
      startPool([doomed, effectTask]);
      await ended(2);
      expect(await scope().jobs.retrieve(id)).toMatchObject({ status: 'dead', attempts: 1, lastError: reason });
      expect(await effects(repositories, projectId)).toEqual([`settled: ${reason}`]);
      expect(await system().jobs.sweepDead(-1000)).toBe(1);
    },
  );

  it('runs jobs by priority, then by age', async () => {
    const order: string[] = [];
    const noting = projectTask<string>({
      name: 'tests.noting',
      async run(payload) {
        order.push(payload);
      },
    });
    await scope().jobs.enqueue(noting.job('third', { priority: 5 }));
    await scope().jobs.enqueue(noting.job('second'));
    await scope().jobs.enqueue(noting.job('first', { priority: -5 }));
    await scope().jobs.enqueue(noting.job('fourth', { priority: 5 }));
    startPool([noting], { slots: 1 });
    await ended(4);
    expect(order).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('runs a delayed job when it is due, not before', async () => {
    startPool([effectTask]);
    const madeAt = Date.now();
    await scope().jobs.enqueue(effectTask.job({ name: 'later', workMs: 0 }, { delayMs: 600 }));
    await scope().jobs.enqueue(effectTask.job({ name: 'much later', workMs: 0 }, { runAt: madeAt + 3_600_000 }));
    await ended(1);
    expect(Date.now() - madeAt).toBeGreaterThanOrEqual(599);
    expect(Date.now() - madeAt).toBeLessThan(3000);
    expect(await effects(repositories, projectId)).toEqual(['later']);
  });

  it('creates no second job while a job with the same key is queued or running', async () => {
    const keyed = effectTask.job({ name: 'once', workMs: 0 }, { key: 'k' });
    const id = await scope().jobs.enqueue(keyed);
    expect(await scope().jobs.enqueue(keyed)).toBe(id);
    startPool([effectTask]);
    await ended(1);
    expect(await scope().jobs.enqueue(keyed)).not.toBe(id);
    await ended(2);
    expect(await effects(repositories, projectId)).toEqual(['once', 'once']);
  });

  it('runs a periodic task once per period among all workers', async () => {
    let runs = 0;
    const ticking = systemTask<null>({
      name: 'tests.ticking',
      everyMs: 3_600_000,
      async run() {
        runs += 1;
      },
    });
    const again = await fixture.openAgain();
    for (const each of [repositories, again, repositories]) {
      startPool([ticking], { repositories: each, leaseMs: 150 });
    }
    await ended(1);
    await sleep(400);
    expect(runs).toBe(1);
  });

  it('leaves jobs of unknown tasks to other workers', async () => {
    const id = await scope().jobs.enqueue({ ...effect('x'), task: 'tests.of-tomorrow' });
    startPool([effectTask]);
    await sleep(200);
    expect(await scope().jobs.retrieve(id)).toMatchObject({ status: 'queued', attempts: 0 });
  });

  it('removes a job that is cancelled before its start, and aborts a running one', async () => {
    const reasons: unknown[] = [];
    const waiting = projectTask<null>({
      name: 'tests.waiting',
      async run(_payload, { signal }) {
        await sleep(10_000, undefined, { signal }).catch(() => reasons.push(signal.reason));
        signal.throwIfAborted();
      },
    });
    const early = await scope().jobs.enqueue(waiting.job(null));
    expect(await scope().jobs.cancel(early)).toBe('removed');
    expect(await scope().jobs.cancel(early)).toBe('absent');

    const pool = startPool([waiting], { repositories: await fixture.openAgain() });
    const id = await scope().jobs.enqueue(waiting.job(null));
    await expect.poll(() => pool.running, { timeout: 5000 }).toBe(1);
    expect(await scope().jobs.cancel(id)).toBe('signalled');
    await ended(1);
    expect(outcomes()).toEqual(['cancelled']);
    expect(reasons).toMatchObject([{ name: 'JobCancelled' }]);
    expect(await scope().jobs.retrieve(id)).toBeUndefined();
  });

  it('waits for running jobs when a worker stops, and returns those that do not end in time to the queue', async () => {
    const pool = startPool([effectTask]);
    await scope().jobs.enqueue(effect('quick', 200));
    await expect.poll(() => pool.running).toBe(1);
    await pool.stop(5000);
    expect(outcomes()).toEqual(['done']);

    const second = startPool([effectTask]);
    const id = await scope().jobs.enqueue(effect('slow', 60_000));
    await expect.poll(() => second.running).toBe(1);
    await second.stop(50);
    expect(outcomes()).toEqual(['done', 'released']);
    expect(await scope().jobs.retrieve(id)).toMatchObject({ status: 'queued', attempts: 0 });
  });

  it('frees the slot of a job that its task postpones, and does not count a postponement as an attempt', async () => {
    const seen: number[] = [];
    const patient = projectTask<null>({
      name: 'tests.patient',
      maxAttempts: 2,
      async run(_payload, { attempt }) {
        seen.push(attempt);
        if (seen.length < 5) throw new JobPostponed(100);
      },
    });
    const quick = projectTask<null>({ name: 'tests.quick', run: async () => undefined });
    startPool([patient, quick], { slots: 1 });
    const startedAt = performance.now();
    await scope().jobs.enqueue(patient.job(null));
    await ended(1);
    await scope().jobs.enqueue(quick.job(null));
    await ended(6);
    expect(outcomes()).toEqual(['postponed', 'done', 'postponed', 'postponed', 'postponed', 'done']);
    expect(seen).toEqual([1, 1, 1, 1, 1]);
    expect(performance.now() - startedAt).toBeGreaterThan(390);
  });

  it('restarts a job at once with an aborted signal when it is cancelled while its task postpones it', async () => {
    const reasons: unknown[] = [];
    const patient = projectTask<null>({
      name: 'tests.patient',
      async run(_payload, { jobId, signal }) {
        reasons.push(signal.reason);
        if (signal.aborted) return;
        await scope().jobs.cancel(jobId);
        throw new JobPostponed(60_000);
      },
    });
    startPool([patient]);
    await scope().jobs.enqueue(patient.job(null));
    await ended(2);
    expect(outcomes()).toEqual(['postponed', 'done']);
    expect(reasons).toMatchObject([undefined, { name: 'JobCancelled' }]);
  });

  it('keeps the lease of a long job by heartbeats', async () => {
    startPool([effectTask], { leaseMs: 300 });
    startPool([effectTask], { leaseMs: 300, repositories: await fixture.openAgain() });
    await scope().jobs.enqueue(effect('long', 1500));
    await ended(1);
    await sleep(100);
    expect(outcomes()).toEqual(['done']);
    expect(await effects(repositories, projectId)).toEqual(['long']);
  });

  it('retries the job of a lost worker elsewhere, and refuses later writes with the old lease', async () => {
    const id = await scope().jobs.enqueue(effect('once'));
    const claim = { queue: 'default', tasks: ['tests.effect'], limit: 5, leaseId: 'lease_gone', leaseMs: 1 };
    expect(await system().jobs.claim(claim)).toMatchObject([{ id, attempts: 1 }]);
    await sleep(20);
    expect(await system().jobs.reap(() => 0)).toBe(1);
    expect(await scope().jobs.retrieve(id)).toMatchObject({ status: 'queued', lastError: /Its worker went away/ });
    startPool([effectTask]);
    await ended(1);
    const gone = { jobId: id, leaseId: 'lease_gone' };
    const { complete, retry, deadLetter, release, renew } = system().jobs;
    expect(
      await Promise.all([complete(gone), retry(gone, 'x', 0), deadLetter(gone, 'x'), release(gone)]),
    ).not.toContain(true);
    expect(await renew([gone], 1000)).toEqual(new Set());
    expect(await effects(repositories, projectId)).toEqual(['once']);
  });

  it('writes nothing when the lease is lost before a job finishes', async () => {
    const errors: unknown[] = [];
    const robbed = projectTask<null>({
      name: 'tests.robbed',
      async run(_payload, { finish, jobId }) {
        // As if another worker had found the lease expired.
        await system().transaction(async ({ jobs }) => {
          await jobs.release({ jobId, leaseId: stolen });
        });
        await finish((tx) => tx.jobs.enqueue(effect('never'))).catch((error: unknown) => {
          errors.push(error);
          throw error;
        });
      },
    });
    let stolen = '';
    startPool([robbed], {
      ids: (prefix) => {
        const id = ids(prefix);
        if (prefix === 'lease_') stolen = id;
        return id;
      },
      slots: 1,
    });
    await scope().jobs.enqueue(robbed.job(null));
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    expect(errors[0]).toBeInstanceOf(LeaseLost);
    expect(await effects(repositories, projectId)).toEqual([]);
  });

  it('marks a job as dead after its attempts when it kills its worker each time', async () => {
    const id = await scope().jobs.enqueue({ ...effect('poison'), maxAttempts: 2 });
    const claim = { queue: 'default', tasks: ['tests.effect'], limit: 1, leaseMs: 1 };
    for (const leaseId of ['lease_1', 'lease_2']) {
      expect(await system().jobs.claim({ ...claim, leaseId })).toHaveLength(1);
      await sleep(10);
      expect(await system().jobs.reap(() => 0)).toBe(1);
    }
    startPool([effectTask]);
    await ended(1);
    expect(outcomes()).toEqual(['dead']);
    expect(await scope().jobs.retrieve(id)).toMatchObject({
      status: 'dead',
      lastError: /the lease of attempt 2 expired/,
    });
    expect(await effects(repositories, projectId)).toEqual([]);
  });

  it('produces each effect once when two workers share a thousand jobs', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `effect ${String(index).padStart(4, '0')}`);
    await scope().transaction(async ({ jobs }) => {
      for (const name of names) await jobs.enqueue(effect(name));
    });
    startPool([effectTask], { slots: 10 });
    startPool([effectTask], { slots: 10, repositories: await fixture.openAgain() });
    await expect.poll(() => ends.length, { timeout: 30_000, interval: 50 }).toBe(1000);
    expect(await effects(repositories, projectId)).toEqual(names);
    expect(new Set(outcomes())).toEqual(new Set(['done']));
  }, 40_000);
});
