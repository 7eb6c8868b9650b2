/** The worker's side of a task thread: reports that it is ready, then runs tasks. */
import { parentPort } from 'node:worker_threads';

export type ThreadMessage<Answer> = { type: 'ready' } | { type: 'answer'; answer: Answer };

/** Called once, at the end of the thread's program. An error of `work` ends the thread. */
export function serveTasks<Task, Answer>(work: (task: Task) => Answer | Promise<Answer>): void {
  const send = (message: ThreadMessage<Answer>) => parentPort?.postMessage(message);
  const run = async (task: Task) => send({ type: 'answer', answer: await work(task) });
  // An unhandled rejection ends the thread, as a thrown error does.
  parentPort?.on('message', (task: Task) => void run(task));
  send({ type: 'ready' });
}
