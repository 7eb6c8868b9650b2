import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkerPool } from '../../jobs/worker-pool.ts';
import { createManualClock, type ManualClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { openBatches } from '../../start/testing/open-batches.ts';
import { openSqliteFixture, type SqliteFixture } from '../../storage/sql/testing/sqlite-fixture.ts';
import expire from './expire.task.ts';

const NEVER = new AbortController().signal;
const DAY_MS = 86_400_000;

let folder: string;
let fixture: SqliteFixture;
let clock: ManualClock;
let batches: Awaited<ReturnType<typeof openBatches>>;
let pool: WorkerPool;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-batches-'));
  clock = createManualClock(Date.now());
  const ids = createIdSource(clock);
  fixture = await openSqliteFixture(clock, ids);
  batches = await openBatches({ repositories: fixture.repositories, clock, ids, folder });
  pool = await batches.startPool();
});

afterEach(async () => {
  await pool.stop(0);
  await batches.services.models.close();
  await fixture.dispose();
  await rm(folder, { recursive: true });
});

const runExpiry = () => {
  const system = fixture.repositories.system();
  const context = { jobId: 'job_1', attempt: 1, maxAttempts: 1, signal: NEVER, repositories: system };
  return expire.run(null, { ...context, finish: (work) => system.transaction(work) }, batches.services);
};

describe('batches in time', () => {
  it('retries lines while the engine is overloaded, at batch priority, and leaves one slot free', async () => {
    batches.busy.refuse(3);
    const id = await batches.begin(Array.from({ length: 40 }, (_, i) => `@script {"startDelayMs":2}\nhello ${i}`));
    await expect.poll(async () => (await batches.find(id))?.status, { timeout: 15_000 }).toBe('completed');
    expect(await batches.find(id)).toMatchObject({ total: 40, completed: 40, failed: 0 });
    expect(new Set(batches.busy.seen.map(({ priority }) => priority))).toEqual(new Set(['batch']));
    const most = batches.busy.model.capabilities.parallelRequests - 1;
    expect(Math.max(...batches.busy.seen.map(({ atOnce }) => atOnce))).toBe(most);
  });

  it('expires a batch after a day, keeps its answers and lists the unanswered lines as errors', async () => {
    const id = await batches.begin([
      'quick',
      ...Array.from({ length: 20 }, () => '@script {"startDelayMs":60000}\nslow'),
    ]);
    await expect.poll(async () => (await batches.find(id))?.completed, { timeout: 15_000 }).toBe(1);
    clock.advance(DAY_MS - 1);
    expect(await runExpiry()).toBe(0);
    expect((await batches.find(id))?.status).toBe('in_progress');
    clock.advance(1);
    expect(await runExpiry()).toBe(1);
    await expect.poll(async () => (await batches.find(id))?.status, { timeout: 15_000 }).toBe('expired');
    const batch = await batches.find(id);
    expect(batch).toMatchObject({ completed: 1, failed: 20, expiredAt: clock.now(), finalizingAt: clock.now() });
    expect(await batches.read(batch?.outputFileId)).toMatchObject([{ custom_id: 'r0' }]);
    const lost = await batches.read(batch?.errorFileId);
    expect(lost.map(({ custom_id, error }) => [custom_id, error?.code])).toEqual(
      Array.from({ length: 20 }, (_, i) => [`r${i + 1}`, 'batch_expired']),
    );
    // Expiry aborts the running requests: none of them runs for its minute.
    await expect.poll(() => pool.running, { timeout: 15_000 }).toBe(0);
  });

  it.each(['cancelled', 'expired'] as const)(
    'a batch that is %s before validation ends without files',
    async (status) => {
      await pool.stop(0);
      const id = await batches.begin(['hello']);
      if (status === 'cancelled') {
        const caller = { requestId: 'req_1', principal: batches.principal, signal: NEVER, priority: 'online' } as const;
        await batches.services.invoke(
          'batches.cancel',
          { params: { batch_id: id }, query: {}, body: undefined },
          caller,
        );
      } else {
        clock.advance(DAY_MS);
        await runExpiry();
      }
      pool = await batches.startPool();
      await expect.poll(async () => (await batches.find(id))?.status, { timeout: 15_000 }).toBe(status);
      expect(await batches.find(id)).toMatchObject({ total: 0, failed: 0, outputFileId: null, errorFileId: null });
      expect(batches.busy.seen).toEqual([]);
    },
  );

  it('a batch yields to other batches after its turn and finishes in a later turn', async () => {
    const id = await batches.begin(Array.from({ length: 200 }, (_, i) => `@script {"startDelayMs":5}\nhello ${i}`));
    await expect.poll(async () => (await batches.find(id))?.completed, { timeout: 15_000 }).toBeGreaterThan(0);
    const first = await batches.find(id);
    clock.advance(120_000);
    const other = async () => ![first?.jobId, null].includes((await batches.find(id))?.jobId ?? null);
    await expect.poll(other, { timeout: 15_000, interval: 2 }).toBe(true);
    await expect.poll(async () => (await batches.find(id))?.status, { timeout: 15_000 }).toBe('completed');
    expect(await batches.find(id)).toMatchObject({ completed: 200, failed: 0 });
  });

  it('a batch stops with its process, and another process finishes it', async () => {
    const lines = 100;
    const id = await batches.begin(Array.from({ length: lines }, (_, i) => `@script {"startDelayMs":50}\nhello ${i}`));
    await expect.poll(async () => (await batches.find(id))?.completed, { timeout: 15_000 }).toBeGreaterThan(0);
    await pool.stop(0);
    const before = await batches.find(id);
    expect(before?.status).toBe('in_progress');
    pool = await batches.startPool();
    await expect.poll(async () => (await batches.find(id))?.status, { timeout: 15_000 }).toBe('completed');
    const output = await batches.read((await batches.find(id))?.outputFileId);
    expect(output.map(({ custom_id }) => custom_id)).toEqual(Array.from({ length: lines }, (_, i) => `r${i}`));
  });
});
