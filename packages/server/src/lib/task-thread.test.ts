import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createTaskThread, TaskTimeout } from './task-thread.ts';
import type { OddTask } from './testing/odd-tasks.ts';

const program = fileURLToPath(new URL('./testing/odd-tasks.ts', import.meta.url));
const create = (limitMs: number) => createTaskThread<OddTask, string>({ program, limitMs });

describe('a task thread', () => {
  it('runs tasks in order without blocking the event loop', async () => {
    const thread = create(60_000);
    const wait = new Int32Array(new SharedArrayBuffer(4));
    const ended: string[] = [];
    const first = thread.run({ wait }).then(() => ended.push('first'));
    const second = thread.run({ echo: 'second' }).then(() => ended.push('second'));
    await expect.poll(() => thread.waiting).toBe(1);
    expect(ended).toEqual([]);
    Atomics.store(wait, 0, 1);
    Atomics.notify(wait, 0);
    await Promise.all([first, second]);
    expect(ended).toEqual(['first', 'second']);
  });

  it('rejects a task that exceeds the time limit, and runs the next one in a new thread', async () => {
    const thread = create(100);
    const endless = thread.run('endless');
    const next = thread.run({ echo: 'next' });
    await expect(endless).rejects.toThrow(TaskTimeout);
    expect(await next).toBe('thread next');
  });

  it.each([
    ['throw', 'the task throws'],
    ['reject', 'the task rejects'],
  ] as const)(
    'rejects a task that ends its thread (%s), and runs the next one in a new thread',
    async (task, reason) => {
      const thread = create(60_000);
      const failing = thread.run(task);
      const next = thread.run({ echo: 'next' });
      await expect(failing).rejects.toThrow(reason);
      expect(await next).toBe('thread next');
    },
  );

  it('runs a task without a time limit', async () => {
    const thread = createTaskThread<OddTask, string>({ program });
    expect(await thread.run({ echo: '1' })).toBe('thread 1');
  });

  it('rejects every task when the thread cannot start', async () => {
    const thread = createTaskThread<OddTask, string>({ program: `${program}.absent`, limitMs: 60_000 });
    const tasks = [thread.run({ echo: '1' }), thread.run({ echo: '2' })];
    for (const { status } of await Promise.allSettled(tasks)) expect(status).toBe('rejected');
  });

  it('rejects running and queued tasks when it is closed, and starts a new thread for a later task', async () => {
    const thread = create(60_000);
    expect(await thread.run({ echo: '1' })).toBe('thread 1');
    const tasks = [thread.run('endless'), thread.run({ echo: '2' })];
    const closed = thread.close(new Error('enough'));
    for (const task of tasks) await expect(task).rejects.toThrow('enough');
    await closed;
    expect(await thread.run({ echo: '3' })).toBe('thread 3');
  });
});
