/** The side of a task thread that works: says when it is ready, and answers each task. */
import { parentPort } from 'node:worker_threads';

export type ThreadMessage<Answer> = { type: 'ready' } | { type: 'answer'; answer: Answer };

/** Called once, at the end of the thread's program. What `work` throws ends the thread. */
export function serveTasks<Task, Answer>(work: (task: Task) => Answer): void {
  const send = (message: ThreadMessage<Answer>) => parentPort?.postMessage(message);
  parentPort?.on('message', (task: Task) => send({ type: 'answer', answer: work(task) }));
  send({ type: 'ready' });
}
