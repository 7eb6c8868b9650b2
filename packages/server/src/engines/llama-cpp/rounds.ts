/**
 * The engine's loop. Each round is one batch: one token for every lane that decodes and a piece of prompt for every lane that reads.
 * Invariants: a lane is given back in every path; a round is short (see pace.ts), so cancelling and arriving take effect within one.
 */

import type { Job, Lane } from './lane.ts';
import { createPace } from './pace.ts';

export interface RoundsOptions {
  lanes: readonly Lane[];
  batchTokens: number;
  fail(id: number, error: unknown): void;
  /** Called between rounds, once the next batch is on its way: time to send what was emitted. */
  flush(): void;
}

export interface Rounds {
  /** Decodes the job as soon as a lane is free. */
  add(job: Job): void;
  /** Stops a job, wherever it is. Unknown ids are ignored: it may have finished meanwhile. */
  cancel(id: number): void;
}

export function createRounds({ lanes, batchTokens, fail, flush }: RoundsOptions): Rounds {
  const pace = createPace({ batchTokens });
  const waiting: Job[] = [];
  const cancelled = new Set<number>();
  let running = false;

  /** The free lane whose state helps most; among equals the one with the least to lose. */
  function chooseLane(job: Job): Lane | undefined {
    const free = lanes.filter((lane) => lane.job === undefined);
    const useful = (lane: Lane) => lane.sharedPrefix(job.prompt);
    return free.reduce<Lane | undefined>(
      (best, lane) => (best === undefined || useful(lane) > useful(best) ? lane : best),
      undefined,
    );
  }

  async function guarded(lane: Lane, work: () => Promise<boolean>): Promise<void> {
    const id = lane.job?.id;
    try {
      if (await work()) await lane.end(false);
    } catch (error) {
      if (id !== undefined) fail(id, error);
      await lane.end(true);
    }
  }

  async function seatWaiting(): Promise<void> {
    for (let job = waiting[0]; job !== undefined; job = waiting[0]) {
      const lane = chooseLane(job);
      if (lane === undefined) return;
      waiting.shift();
      const seated = job;
      try {
        await lane.begin(seated);
      } catch (error) {
        fail(seated.id, error);
        await lane.end(true);
      }
    }
  }

  async function clearCancelled(): Promise<void> {
    for (const lane of lanes) {
      if (lane.job !== undefined && cancelled.has(lane.job.id)) await lane.end(false);
    }
    cancelled.clear();
  }

  async function round(): Promise<boolean> {
    await clearCancelled();
    await seatWaiting();
    const active = lanes.filter((lane) => lane.job !== undefined);
    if (active.length === 0) return false;
    const reading = active.filter((lane) => lane.promptLeft > 0);
    const share = pace.share(reading.length, active.length - reading.length);
    const read = reading.reduce((sum, lane) => sum + Math.min(share, lane.promptLeft), 0);
    const started = performance.now();
    const steps = active.map((lane) => guarded(lane, () => lane.step(share)));
    // Twice: the first turn of the loop hands the batch to the engine's threads, the second one finds them at work.
    setImmediate(() => setImmediate(flush));
    await Promise.all(steps);
    pace.record(read, performance.now() - started);
    return true;
  }

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    while (await round());
    running = false;
    flush();
  }

  return {
    add(job) {
      waiting.push(job);
      void run();
    },
    cancel(id) {
      const at = waiting.findIndex((job) => job.id === id);
      if (at >= 0) waiting.splice(at, 1);
      else cancelled.add(id);
    },
  };
}
