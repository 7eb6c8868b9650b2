import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { createIdSource } from '../lib/ids.ts';
import { type EventRecord, type NewEvent, StreamEnded } from '../storage/repositories/events.ts';
import type { Repositories } from '../storage/repositories/repositories.ts';
import { describeDatabases, type StorageFixture } from '../storage/sql/testing/databases.ts';
import { createEventLog, type EventLog } from './event-log.ts';

const delta = (text: string): NewEvent => ({ type: 'delta', data: text });
const concatenate = (a: NewEvent, b: NewEvent) =>
  a.type === 'delta' && b.type === 'delta' ? delta(`${String(a.data)}${String(b.data)}`) : undefined;

describeDatabases('events', (open) => {
  let fixture: StorageFixture;
  let repositories: Repositories;
  let projectId: string;
  let log: EventLog;
  const stream = () => repositories.forProject(projectId).events;
  const never = new AbortController().signal;

  beforeEach(async () => {
    fixture = await open(systemClock, createIdSource(systemClock));
    repositories = fixture.repositories;
    projectId = (await repositories.system().installation.retrieve()).projectId;
    log = createEventLog(repositories);
  });
  afterEach(() => fixture.dispose());

  async function all(tail: AsyncIterable<EventRecord>, until = Number.POSITIVE_INFINITY): Promise<EventRecord[]> {
    const seen: EventRecord[] = [];
    for await (const event of tail) if (seen.push(event) >= until) break;
    return seen;
  }
  const texts = (events: readonly EventRecord[]) => events.map(({ data }) => data);

  it('numbers events without gaps, also after a rolled back transaction', async () => {
    expect(await stream().append('s', [delta('a'), delta('b')])).toBe(0);
    const lost = repositories.forProject(projectId).transaction(async ({ events }) => {
      expect(await events.append('s', [delta('lost')])).toBe(2);
      throw new Error('no');
    });
    await expect(lost).rejects.toThrow('no');
    expect(await stream().append('s', [delta('c')], { end: true })).toBe(2);
    const events = await all(log.tail(projectId, 's', { signal: never }));
    expect(events.map(({ seq, type, data }) => [seq, type, data])).toEqual([
      [0, 'delta', 'a'],
      [1, 'delta', 'b'],
      [2, 'delta', 'c'],
    ]);
  });

  it('gives each event of concurrent writers a distinct number', async () => {
    const again = (await fixture.openAgain()).forProject(projectId).events;
    const writes = Array.from({ length: 40 }, (_, i) =>
      (i % 2 === 0 ? stream() : again).append('s', [delta(`${i}`), delta(`${i}`)]),
    );
    const firsts = await Promise.all(writes);
    expect(firsts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => 2 * i));
    const slice = await stream().list('s', { afterSeq: -1, limit: 1000 });
    expect(slice?.events.map(({ seq }) => seq)).toEqual(Array.from({ length: 80 }, (_, i) => i));
  });

  it('refuses events after the end of a stream', async () => {
    await stream().append('s', [], { end: true });
    await expect(stream().append('s', [delta('late')])).rejects.toThrow(StreamEnded);
    expect(await all(log.tail(projectId, 's', { signal: never }))).toEqual([]);
  });

  it('yields events after a given number soon after their commit, in this process and in another', async () => {
    const other = createEventLog(await fixture.openAgain());
    await stream().append('s', [delta('old'), delta('known')]);
    const tails = [log, other].map((each) => all(each.tail(projectId, 's', { afterSeq: 1, signal: never })));
    await sleep(300);
    const writtenAt = performance.now();
    await stream().append('s', [delta('new')]);
    await stream().append('s', [delta('last')], { end: true });
    for (const seen of await Promise.all(tails)) expect(texts(seen)).toEqual(['new', 'last']);
    // Far below the poll interval of two seconds, also on a busy machine.
    expect(performance.now() - writtenAt).toBeLessThan(1500);
  });

  it('yields every event to a slow reader once, slice by slice', async () => {
    const events = Array.from({ length: 500 }, (_, i) => delta(`${i}`));
    await stream().append('s', events.slice(0, 250));
    const tail = log.tail(projectId, 's', { signal: never });
    const seen = [];
    for await (const event of tail) {
      seen.push(event.data);
      if (seen.length === 100) await stream().append('s', events.slice(250), { end: true });
    }
    expect(seen).toEqual(events.map(({ data }) => data));
  });

  it('rejects an aborted tail with the reason of the signal', async () => {
    await stream().append('s', [delta('a')]);
    const controller = new AbortController();
    const tail = all(log.tail(projectId, 's', { signal: controller.signal }));
    setTimeout(() => controller.abort(new Error('gone')), 50);
    await expect(tail).rejects.toThrow('gone');
  });

  it('ends the tail of an unknown stream at once', async () => {
    expect(await all(log.tail(projectId, 'none', { signal: never }))).toEqual([]);
  });

  it('ends the tails of a stream that is deleted, and keeps none of its events', async () => {
    await stream().append('s', [delta('a')]);
    const tail = all(log.tail(projectId, 's', { signal: never }));
    await sleep(50);
    await stream().delete('s');
    expect(texts(await tail)).toEqual(['a']);
    expect(await stream().list('s', { afterSeq: -1, limit: 10 })).toBeUndefined();
    await stream().delete('s');
  });

  it('writes events in groups within 50 ms, with deltas merged, and all of them at the end of the stream', async () => {
    const writer = log.write(projectId, 's', concatenate);
    const startedAt = performance.now();
    for (const letter of 'abc') await writer.push(delta(letter));
    const [first] = await all(log.tail(projectId, 's', { signal: never }), 1).then(async (seen) => {
      // The first group creates the stream.
      if (seen.length > 0) return seen;
      await expect.poll(() => stream().list('s', { afterSeq: -1, limit: 1 }), { interval: 5 }).toBeDefined();
      return all(log.tail(projectId, 's', { signal: never }), 1);
    });
    expect(first?.data).toBe('abc');
    expect(performance.now() - startedAt).toBeLessThan(1000);
    await writer.push(delta('d'));
    await writer.push({ type: 'pause', data: null });
    await writer.push(delta('e'));
    await writer.end({ type: 'done', data: { ok: true } });
    const events = await all(log.tail(projectId, 's', { signal: never }));
    expect(texts(events)).toEqual(['abc', 'd', null, 'e', { ok: true }]);
  });

  it('deletes events some time after the end of their stream, or after the last event', async () => {
    await stream().append('ended', [delta('a')], { end: true });
    await stream().append('open', [delta('a')]);
    await sleep(20);
    const { sweep } = repositories.system().events;
    const HOUR_MS = 3_600_000;
    expect(await sweep({ endedMs: 5, idleMs: HOUR_MS, limit: 10 })).toBe(1);
    expect(await stream().list('ended', { afterSeq: -1, limit: 1 })).toBeUndefined();
    expect(await stream().list('open', { afterSeq: -1, limit: 1 })).toBeDefined();
    expect(await sweep({ endedMs: HOUR_MS, idleMs: 5, limit: 10 })).toBe(1);
    expect(await stream().list('open', { afterSeq: -1, limit: 1 })).toBeUndefined();
  });
});
