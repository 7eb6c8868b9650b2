import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../lib/clock.ts';
import { createIdSource } from '../lib/ids.ts';
import type { UsageEventRecord } from '../storage/repositories/records.ts';
import type { Repositories, UsageEventRepository } from '../storage/repositories/repositories.ts';
import { openSqliteFixture, type SqliteFixture } from '../storage/sql/testing/sqlite-fixture.ts';
import { createUsageMeter, type UsageEvent } from './usage.ts';

const NEVER_MS = 1_000_000;

describe('the usage meter', () => {
  const clock = createManualClock(Date.UTC(2026, 0, 1));
  const ids = createIdSource(clock);
  let fixture: SqliteFixture;
  let projectId: string;
  let event: UsageEvent;

  beforeEach(async () => {
    fixture = await openSqliteFixture(clock, ids);
    const installation = await fixture.repositories.system().installation.retrieve();
    projectId = installation.projectId;
    event = {
      organizationId: installation.organizationId,
      projectId,
      apiKeyId: null,
      operationId: 'chat.completions.create',
      modelId: 'nano',
      inputTokens: 5,
      outputTokens: 7,
      cachedInputTokens: 0,
      requests: 1,
      startedAt: clock.now(),
      status: 200,
    };
  });
  afterEach(() => fixture.dispose());

  const written = async () =>
    (await fixture.repositories.forProject(projectId).usageEvents.list({ limit: 100_000 })).records;

  /** The real repositories with another `insertMany`. */
  function inserting(insertMany: UsageEventRepository['insertMany']): Repositories {
    const system = fixture.repositories.system();
    return { ...fixture.repositories, system: () => ({ ...system, usageEvents: { insertMany } }) };
  }

  it('writes many usage events in a few groups, in order, each with an id and its duration', async () => {
    const groups: number[] = [];
    const repositories = inserting((events) => {
      groups.push(events.length);
      return fixture.repositories.system().usageEvents.insertMany(events);
    });
    const meter = createUsageMeter(repositories, { clock, ids, flushMs: NEVER_MS });
    clock.advance(250);
    for (let i = 0; i < 1200; i += 1) meter.record({ ...event, outputTokens: i });
    meter.record({ ...event, outputTokens: 1200, durationMs: 12.4 });
    expect(meter.counts().pending).toBe(1201);
    await meter.flush();
    const events = await written();
    expect(events.map(({ outputTokens }) => outputTokens)).toEqual(Array.from({ length: 1201 }, (_, i) => i));
    expect(events[0]).toEqual({ ...event, id: events[0]?.id, durationMs: 250, outputTokens: 0 });
    expect(events.at(-1)?.durationMs).toBe(12);
    expect(groups.length).toBeLessThanOrEqual(3);
    expect(meter.counts()).toEqual({ pending: 0, dropped: 0, refused: 0 });
  });

  it('writes usage events after the delay', async () => {
    const meter = createUsageMeter(fixture.repositories, { clock, ids, flushMs: 10 });
    meter.record(event);
    expect(await written()).toHaveLength(0);
    await expect.poll(written, { interval: 5, timeout: 5000 }).toHaveLength(1);
  });

  it('records usage events while others are being written', async () => {
    const meter = createUsageMeter(fixture.repositories, { clock, ids, flushMs: NEVER_MS });
    meter.record(event);
    const flushing = meter.flush();
    await Promise.resolve();
    meter.record(event);
    await flushing;
    await meter.flush();
    expect(await written()).toHaveLength(2);
  });

  it('keeps usage events while the database fails, and writes each of them once afterwards', async () => {
    let failures = 3;
    const errors: unknown[] = [];
    const repositories = inserting(async (events) => {
      // The first failure follows the commit, as when a connection breaks before its response.
      if (failures === 3) await fixture.repositories.system().usageEvents.insertMany(events);
      if (failures > 0) {
        failures -= 1;
        throw new Error('the database is gone');
      }
      await fixture.repositories.system().usageEvents.insertMany(events);
    });
    const meter = createUsageMeter(repositories, { clock, ids, flushMs: 1, onError: (error) => errors.push(error) });
    meter.record(event);
    meter.record(event);
    await expect(meter.flush()).rejects.toThrow('the database is gone');
    meter.record(event);
    await expect.poll(() => meter.counts().pending, { interval: 5, timeout: 5000 }).toBe(0);
    expect(await written()).toHaveLength(3);
    expect(errors).toHaveLength(3);
  });

  it('drops the oldest usage events beyond the limit and counts them', async () => {
    let fails = true;
    const repositories = inserting(async (events) => {
      if (fails) throw new Error('the database is gone');
      await fixture.repositories.system().usageEvents.insertMany(events);
    });
    const meter = createUsageMeter(repositories, { clock, ids, flushMs: NEVER_MS, maxPending: 10 });
    for (let i = 0; i < 8; i += 1) meter.record({ ...event, outputTokens: i });
    const failing = expect(meter.flush()).rejects.toThrow('the database is gone');
    await Promise.resolve();
    for (let i = 8; i < 15; i += 1) meter.record({ ...event, outputTokens: i });
    await failing;
    expect(meter.counts()).toEqual({ pending: 10, dropped: 5, refused: 0 });
    fails = false;
    await meter.flush();
    expect((await written()).map(({ outputTokens }) => outputTokens)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });

  it('writes the other usage events of a group when the database refuses one', async () => {
    const errors: unknown[] = [];
    const options = { clock, ids, flushMs: NEVER_MS, onError: (error: unknown) => errors.push(error) };
    const meter = createUsageMeter(fixture.repositories, options);
    meter.record({ ...event, outputTokens: 1 });
    meter.record({ ...event, projectId: 'proj_none' });
    meter.record({ ...event, outputTokens: 2 });
    await meter.flush();
    const outputs = (events: UsageEventRecord[]) => events.map(({ outputTokens }) => outputTokens);
    expect(outputs(await written())).toEqual([1, 2]);
    expect(meter.counts()).toEqual({ pending: 0, dropped: 0, refused: 1 });
    expect(errors).toHaveLength(1);
  });
});
