import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDelayedFlush } from './delayed-flush.ts';

const DELAY_MS = 10;
const NEVER_MS = 1_000_000;

const sleep = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('delayed flush', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('a delayed flush groups everything scheduled within the delay', async () => {
    let flushes = 0;
    const flush = async () => {
      flushes += 1;
    };
    const delayed = createDelayedFlush({ delayMs: DELAY_MS, flush, onError: (error) => expect.fail(String(error)) });
    for (let i = 0; i < 100; i += 1) delayed.schedule();
    expect(flushes).toBe(0);
    await sleep(DELAY_MS - 1);
    expect(flushes).toBe(0);
    await sleep(DELAY_MS);
    expect(flushes).toBe(1);
    delayed.schedule();
    await sleep(DELAY_MS);
    expect(flushes).toBe(2);
  });

  it('a delayed flush never runs twice in parallel, and runs again for data scheduled meanwhile', async () => {
    let running = 0;
    let most = 0;
    let waiting = 1;
    const flush = async () => {
      running += 1;
      most = Math.max(most, running);
      waiting = 0;
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    };
    const delayed = createDelayedFlush({ delayMs: NEVER_MS, flush, onError: (error) => expect.fail(String(error)) });
    const first = delayed.flush();
    await Promise.resolve();
    waiting = 1;
    const second = delayed.flush();
    await sleep(20);
    await Promise.all([first, second]);
    expect({ most, waiting }).toEqual({ most: 1, waiting: 0 });
  });

  it('a delayed flush retries after a failure and reports each failure', async () => {
    const reported: unknown[] = [];
    let failures = 2;
    const failure = new Error('disk full');
    let succeeded = false;
    const flush = async () => {
      if (failures === 0) {
        succeeded = true;
        return;
      }
      failures -= 1;
      throw failure;
    };
    const delayed = createDelayedFlush({ delayMs: 1, flush, onError: (error) => reported.push(error) });
    await expect(delayed.flush()).rejects.toBe(failure);
    await sleep(10);
    expect(succeeded).toBe(true);
    expect(reported).toEqual([failure, failure]);
  });

  it('a delayed flush backs off while flushes fail, and is fast again after a success', async () => {
    let fails = true;
    let tries = 0;
    const flush = async () => {
      tries += 1;
      if (fails) throw new Error('still failing');
    };
    const delayed = createDelayedFlush({ delayMs: 2, flush, onError: () => undefined });
    delayed.schedule();
    await sleep(2 + 4 + 8 + 16 + 31);
    expect(tries).toBe(4);
    await sleep(60_000);
    tries = 0;
    await sleep(5000);
    expect(tries).toBe(1);
    fails = false;
    await sleep(5000);
    delayed.schedule();
    await sleep(2);
    expect(tries).toBe(3);
  });
});
