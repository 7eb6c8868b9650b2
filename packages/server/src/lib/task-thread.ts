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
  /** `transfer`: buffers of the task that the thread takes over instead of a copy. Throws TaskTimeout, and what ended the thread. */
  run(task: Task, transfer?: readonly ArrayBuffer[]): Promise<Answer>;
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
  transfer: readonly ArrayBuffer[];
}

class WorkerTaskThread<Task, Answer> implements TaskThread<Task, Answer> {
  readonly #options: TaskThreadOptions;
  readonly #queue: Entry<Task, Answer>[] = [];
  #running: Entry<Task, Answer> | undefined;
  #limit: NodeJS.Timeout | undefined;
  #thread: Worker | undefined;
  #ready = false;

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

  close(reason: Error): void {
    this.#leaveThread();
    this.#failWaiting(reason);
    this.#settle((entry) => entry.reject(reason));
  }

  #next(): void {
    if (this.#running !== undefined) return;
    if (this.#queue.length === 0) this.#thread?.unref();
    else if (this.#thread === undefined) this.#thread = this.#start();
    else if (this.#ready) {
      this.#running = this.#queue.shift();
      this.#thread.ref();
      this.#thread.postMessage(this.#running?.task, this.#running?.transfer);
      this.#limit = setTimeout(() => this.#expire(), this.#options.limitMs);
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

  #leaveThread(): void {
    // What a thread that is being ended still says concerns nobody.
    this.#thread?.removeAllListeners().on('error', () => undefined);
    void this.#thread?.terminate();
    this.#thread = undefined;
    this.#ready = false;
  }

  #expire(): void {
    this.#leaveThread();
    const timeout = new TaskTimeout(`it takes longer than ${this.#options.limitMs / 1000} s`);
    this.#settle((entry) => entry.reject(timeout));
  }

  #start(): Worker {
    const { program, workerData } = this.#options;
    const started = new Worker(program, { execArgv: [], workerData });
    started.on('message', (message: ThreadMessage<Answer>) => {
      if (message.type === 'answer') return this.#settle((entry) => entry.resolve(message.answer));
      this.#ready = true;
      this.#next();
    });
    started.once('error', (error) => {
      this.#leaveThread();
      // A thread that does not even start would fail for the others as well.
      if (this.#running === undefined) this.#failWaiting(error);
      this.#settle((entry) => entry.reject(error));
    });
    return started;
  }
}

export function createTaskThread<Task, Answer>(options: TaskThreadOptions): TaskThread<Task, Answer> {
  return new WorkerTaskThread(options);
}
