import { describe, expect, it } from 'vitest';
import { Admission } from './admission.ts';
import type { Priority } from './language-model.ts';

const never = new AbortController().signal;
const online = { signal: never, priority: 'online' as Priority };
const batch = { signal: never, priority: 'batch' as Priority };

/** Lets everything that is already decided happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Admission', () => {
  it('admits as many as there are slots and lets the rest wait', async () => {
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

  it('serves online before batch, and first come first served inside', async () => {
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

  it('refuses with engine_overloaded when the line is full', async () => {
    const admission = new Admission({ slots: 1, maxWaiting: 1 });
    await admission.acquire(online);
    void admission.acquire(batch);
    await expect(admission.acquire(online)).rejects.toMatchObject({ code: 'engine_overloaded', status: 429 });
  });

  it('lets a waiting caller leave the line by its signal, with the reason', async () => {
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

  it('takes a slot back once, however often it is given back', async () => {
    const admission = new Admission({ slots: 1 });
    const release = await admission.acquire(online);
    release();
    await admission.acquire(online);
    release();
    expect(admission.busy).toBe(1);
  });

  it('fails those who wait and those who come later once it is closed', async () => {
    const admission = new Admission({ slots: 1 });
    await admission.acquire(online);
    const waits = admission.acquire(batch);
    admission.close(() => new Error('closed'));
    await expect(waits).rejects.toThrow('closed');
    await expect(admission.acquire(online)).rejects.toThrow('closed');
  });
});
