/**
 * Runs tasks that would block the event loop in a worker thread, one at a time and in order. The thread starts with the
 * first task. Invariants: a task that exceeds the time limit ends with its thread, and no other task fails; an idle
 * thread does not keep the process alive.
 */
import { Worker } from 'node:worker_threads';
import type { ThreadMessage } from './serve-tasks.ts';

export interface TaskThreadOptions {
  /** Path of a script that calls `serveTasks`. */
  program: string;
  /** Maximum run time of a task, without its wait and the start of the thread. Default: none. */
  limitMs?: number;
  workerData?: unknown;
}

export interface TaskThread<Task, Answer> {
  /**
   * `transfer`: buffers that move to the thread instead of being copied. Rejects with TaskTimeout or the error that
   * ended the thread.
   */
  run(task: Task, transfer?: readonly ArrayBuffer[]): Promise<Answer>;
  /** Number of tasks in the queue, without the running one. */
  readonly waiting: number;
  /** Rejects all tasks with `reason` at once; resolves when the thread has ended. A later task starts a new thread. */
  close(reason: Error): Promise<void>;
}

/** A task exceeded the time limit. */
export class TaskTimeout extends Error {
  override readonly name = 'TaskTimeout';
}

interface Entry<Task, Answer> extends PromiseWithResolvers<Answer> {
  task: Task;
  transfer: readonly ArrayBuffer[];
}

class WorkerTaskThread<Task, Answer> implements TaskThread<Task, Answer> {
  readonly #options: TaskThreadOptions;
  readonly #queue: Entry<Task, Answer>[] = [];
  #running: Entry<Task, Answer> | undefined;
  #limit: NodeJS.Timeout | undefined;
  #thread: Worker | undefined;
  #isReady = false;

  constructor(options: TaskThreadOptions) {
    this.#options = options;
  }

  run(task: Task, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    const entry = { task, transfer, ...Promise.withResolvers<Answer>() };
    this.#queue.push(entry);
    this.#next();
    return entry.promise;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  async close(reason: Error): Promise<void> {
    const ended = this.#endThread();
    this.#failWaiting(reason);
    this.#settle((entry) => entry.reject(reason));
    await ended;
  }

  #next(): void {
    if (this.#running !== undefined) return;
    if (this.#queue.length === 0) this.#thread?.unref();
    else if (this.#thread === undefined) this.#thread = this.#start();
    else if (this.#isReady) {
      this.#running = this.#queue.shift();
      this.#thread.ref();
      this.#thread.postMessage(this.#running?.task, this.#running?.transfer);
      const { limitMs } = this.#options;
      if (limitMs !== undefined) this.#limit = setTimeout(() => this.#expire(limitMs), limitMs);
    }
  }

  #settle(end: (entry: Entry<Task, Answer>) => void): void {
    clearTimeout(this.#limit);
    const entry = this.#running;
    this.#running = undefined;
    if (entry !== undefined) end(entry);
    this.#next();
  }

  #failWaiting(reason: unknown): void {
    for (const entry of this.#queue.splice(0)) entry.reject(reason);
  }

  async #endThread(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    this.#isReady = false;
    // Messages and errors of a thread that is being terminated are ignored.
    thread?.removeAllListeners().on('error', () => undefined);
    await thread?.terminate();
  }

  #expire(limitMs: number): void {
    void this.#endThread();
    const timeout = new TaskTimeout(`it takes longer than ${limitMs / 1000} s`);
    this.#settle((entry) => entry.reject(timeout));
  }

  #start(): Worker {
    const { program, workerData } = this.#options;
    const started = new Worker(program, { execArgv: [], workerData });
    started.on('message', (message: ThreadMessage<Answer>) => {
      if (message.type === 'answer') return this.#settle((entry) => entry.resolve(message.answer));
      this.#isReady = true;
      this.#next();
    });
    started.once('error', (error) => {
      void this.#endThread();
      // A thread that cannot start fails every task.
      if (this.#running === undefined) this.#failWaiting(error);
      this.#settle((entry) => entry.reject(error));
    });
    return started;
  }
}

export function createTaskThread<Task, Answer>(options: TaskThreadOptions): TaskThread<Task, Answer> {
  return new WorkerTaskThread(options);
}
