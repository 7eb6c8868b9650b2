import { describe, expect, it } from 'vitest';
import { Admission } from './admission.ts';
import type { Priority } from './language-model.ts';

const never = new AbortController().signal;
const online = { signal: never, priority: 'online' as Priority };
const batch = { signal: never, priority: 'batch' as Priority };

/** Waits until all resolved promises have run their callbacks. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Admission', () => {
  it('admits as many callers as there are slots and queues the others', async () => {
    const admission = new Admission({ slots: 2 });
    const release = await admission.acquire(online);
    await admission.acquire(online);
    let third = false;
    void admission.acquire(online).then(() => {
      third = true;
    });
    await settle();
    expect([third, admission.busy, admission.waiting]).toEqual([false, 2, 1]);
    release();
    await settle();
    expect([third, admission.busy, admission.waiting]).toEqual([true, 2, 0]);
  });

  it('admits online callers before batch callers, and equal ones in the order of arrival', async () => {
    const admission = new Admission({ slots: 1 });
    const order: string[] = [];
    let release = await admission.acquire(online);
    const join = (name: string, options: typeof online) =>
      admission.acquire(options).then((done) => {
        order.push(name);
        release = done;
      });
    const all = [join('batch 1', batch), join('online 1', online), join('batch 2', batch), join('online 2', online)];
    for (const _ of all) {
      release();
      await settle();
    }
    await Promise.all(all);
    expect(order).toEqual(['online 1', 'online 2', 'batch 1', 'batch 2']);
  });

  it('refuses a caller with engine_overloaded when the queue is full', async () => {
    const admission = new Admission({ slots: 1, maxWaiting: 1 });
    await admission.acquire(online);
    void admission.acquire(batch);
    await expect(admission.acquire(online)).rejects.toMatchObject({ code: 'engine_overloaded', status: 429 });
  });

  it('rejects a queued caller with the reason of its aborted signal and admits the next one', async () => {
    const admission = new Admission({ slots: 1 });
    const release = await admission.acquire(online);
    const controller = new AbortController();
    const left = admission.acquire({ ...online, signal: controller.signal });
    const stays = admission.acquire(online);
    controller.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(admission.waiting).toBe(1);
    release();
    await stays;
  });

  it('does not admit a caller whose signal is already aborted', async () => {
    const admission = new Admission({ slots: 1 });
    await expect(admission.acquire({ ...online, signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow(
      'gone',
    );
    expect(admission.busy).toBe(0);
  });

  it('frees a slot once when it is released twice', async () => {
    const admission = new Admission({ slots: 1 });
    const release = await admission.acquire(online);
    release();
    await admission.acquire(online);
    release();
    expect(admission.busy).toBe(1);
  });

  it('rejects queued and later callers after it is closed', async () => {
    const admission = new Admission({ slots: 1 });
    await admission.acquire(online);
    const waits = admission.acquire(batch);
    admission.close(() => new Error('closed'));
    await expect(waits).rejects.toThrow('closed');
    await expect(admission.acquire(online)).rejects.toThrow('closed');
  });
});
