/**
 * Work that would hold the event loop up, in a thread of its own that starts at the first task: one task at a time, in order.
 * Invariants: a task that takes too long ends with its thread, and nobody else's task does; an idle thread keeps no program alive.
 */
import { Worker } from 'node:worker_threads';
import type { ThreadMessage } from './serve-tasks.ts';

export interface TaskThreadOptions {
  /** Path of a script that calls `serveTasks`. */
  program: string;
  /** How long a task may work; neither its wait nor the start of the thread counts. */
  limitMs: number;
  workerData?: unknown;
}

export interface TaskThread<Task, Answer> {
  /** Throws TaskTimeout, and what ended the thread. */
  run(task: Task): Promise<Answer>;
  /** Tasks that wait. */
  readonly waiting: number;
  /** Ends the thread; what runs and waits is rejected with `reason`. A later task starts a new one. */
  close(reason: Error): void;
}

/** A task took longer than it may. */
export class TaskTimeout extends Error {
  override readonly name = 'TaskTimeout';
}

interface Entry<Task, Answer> extends PromiseWithResolvers<Answer> {
  task: Task;
}

export function createTaskThread<Task, Answer>(options: TaskThreadOptions): TaskThread<Task, Answer> {
  const { program, limitMs, workerData } = options;
  const queue: Entry<Task, Answer>[] = [];
  let running: Entry<Task, Answer> | undefined;
  let limit: NodeJS.Timeout | undefined;
  let thread: Worker | undefined;
  let ready = false;

  function next(): void {
    if (running !== undefined) return;
    if (queue.length === 0) thread?.unref();
    else if (thread === undefined) thread = start();
    else if (ready) {
      running = queue.shift();
      thread.ref();
      thread.postMessage(running?.task);
      limit = setTimeout(expire, limitMs);
    }
  }

  function settle(end: (entry: Entry<Task, Answer>) => void): void {
    clearTimeout(limit);
    const entry = running;
    running = undefined;
    if (entry !== undefined) end(entry);
    next();
  }

  function leaveThread(): void {
    // What a thread that is being ended still says concerns nobody.
    thread?.removeAllListeners().on('error', () => undefined);
    void thread?.terminate();
    thread = undefined;
    ready = false;
  }

  function expire(): void {
    leaveThread();
    settle((entry) => entry.reject(new TaskTimeout(`it takes longer than ${limitMs / 1000} s`)));
  }

  function start(): Worker {
    const started = new Worker(program, { execArgv: [], workerData });
    started.on('message', (message: ThreadMessage<Answer>) => {
      if (message.type === 'answer') return settle((entry) => entry.resolve(message.answer));
      ready = true;
      next();
    });
    started.once('error', (error) => {
      leaveThread();
      // A thread that does not even start would fail for the others as well.
      if (running === undefined) for (const entry of queue.splice(0)) entry.reject(error);
      settle((entry) => entry.reject(error));
    });
    return started;
  }

  return {
    run(task) {
      const entry = { task, ...Promise.withResolvers<Answer>() };
      queue.push(entry);
      next();
      return entry.promise;
    },
    get waiting() {
      return queue.length;
    },
    close(reason) {
      leaveThread();
      for (const entry of queue.splice(0)) entry.reject(reason);
      settle((entry) => entry.reject(reason));
    },
  };
}
