/** Measures the memory of clients that read a run's stream slowly. Each reader tails the log as a request does. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createManualClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { createRunOutput } from '../../resources/threads/runs/run-output.ts';
import { tailRun } from '../../resources/threads/runs/tail-run.ts';
import { openSqliteFixture } from '../../storage/sql/testing/sqlite-fixture.ts';
import { openRuns } from './open-runs.ts';

const EVENTS_AT_ONCE = 500;
const STEP_MS = 5;

export interface SlowReading {
  /** Resident bytes when every reader lags by `first` events, and when it lags by `last`. */
  before: number;
  after: number;
}

/** @param options number of readers, and their lag in events at both measurements. */
export async function readSlowly(options: { readers: number; first: number; last: number }): Promise<SlowReading> {
  const { readers, first, last } = options;
  const folder = await mkdtemp(join(tmpdir(), 'selfsame-readers-'));
  const clock = createManualClock(Date.now());
  const ids = createIdSource(clock);
  const fixture = await openSqliteFixture(clock, ids);
  const runs = await openRuns({ repositories: fixture.repositories, clock, ids, folder });
  const run = await runs.create(await runs.createThread('@script {"tokens":1}\nword'));
  const { id: runId, projectId } = (await runs.repositories.runs.retrieve(run.thread_id, run.id)) ?? {
    id: '',
    projectId: '',
  };
  const leaving = new AbortController();
  let heard = 0;
  let length = 0;
  const grow = async (to: number) => {
    for (; length < to; length += EVENTS_AT_ONCE) {
      const events = Array.from({ length: EVENTS_AT_ONCE }, (_, i) =>
        createRunOutput().onText({ part: { id: 'msg_1', type: 'message' }, text: `word ${length + i} ` }),
      ).flat();
      await runs.repositories.events.append(runId, events);
      await sleep(STEP_MS);
    }
  };
  const left = new Promise<void>((resolve) => leaving.signal.addEventListener('abort', () => resolve()));
  const read = async () => {
    const tail = tailRun(runs.services, { id: runId, projectId }, { afterSeq: -1, signal: leaving.signal });
    for await (const _ of tail) {
      heard += 1;
      // The reader keeps the remaining events of its last page in memory.
      await left;
      return;
    }
  };
  await grow(first);
  const reading = Array.from({ length: readers }, () => read());
  while (heard < readers) await sleep(STEP_MS);
  const before = await bytes();
  await grow(last);
  const after = await bytes();
  leaving.abort();
  await Promise.all(reading);
  await fixture.dispose();
  await rm(folder, { recursive: true });
  return { before, after };
}

/** Resident bytes after garbage collection. */
async function bytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Twice: finalizers of the first collection may release more.
  for (let i = 0; i < 2; i += 1) {
    collect();
    await sleep(STEP_MS);
  }
  return process.memoryUsage().rss;
}
