/** A task thread's program for tests: does what it is told. */
import { isMainThread } from 'node:worker_threads';
import { serveTasks } from '../serve-tasks.ts';

export type OddTask = 'endless' | 'throw' | { wait: Int32Array } | { echo: string };

serveTasks((task: OddTask): string => {
  if (task === 'throw') throw new Error('it was told to fail');
  while (task === 'endless');
  if (typeof task === 'object' && 'wait' in task) Atomics.wait(task.wait, 0, 0);
  return `${isMainThread ? 'main' : 'thread'} ${typeof task === 'object' && 'echo' in task ? task.echo : ''}`;
});
