/** Program of a task thread for tests. */
import { isMainThread } from 'node:worker_threads';
import { serveTasks } from '../serve-tasks.ts';

export type OddTask = 'endless' | 'throw' | 'reject' | { wait: Int32Array } | { echo: string };

serveTasks((task: OddTask): string | Promise<string> => {
  if (task === 'reject') return Promise.reject(new Error('the task rejects'));
  if (task === 'throw') throw new Error('the task throws');
  while (task === 'endless');
  if (typeof task === 'object' && 'wait' in task) Atomics.wait(task.wait, 0, 0);
  return `${isMainThread ? 'main' : 'thread'} ${typeof task === 'object' && 'echo' in task ? task.echo : ''}`;
});
