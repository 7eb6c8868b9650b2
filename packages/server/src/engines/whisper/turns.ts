/** Turns of tasks on the processor: one at a time, online before batch, otherwise in the order of requests. */
import type { Priority } from '../language-model.ts';

/** Runs `work` in the next turn of a task. Throws the reason of its signal instead if it was aborted. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

interface Waiting {
  priority: Priority;
  start(): void;
}

export class Turns {
  readonly #waiting: Waiting[] = [];
  #isBusy = false;

  of({ priority, signal }: { priority: Priority; signal: AbortSignal }): Turn {
    return async (work) => {
      await this.#acquire(priority);
      try {
        signal.throwIfAborted();
        return await work();
      } finally {
        this.#release();
      }
    };
  }

  async #acquire(priority: Priority): Promise<void> {
    if (!this.#isBusy) {
      this.#isBusy = true;
      return;
    }
    await new Promise<void>((start) => this.#waiting.push({ priority, start }));
  }

  #release(): void {
    const online = this.#waiting.findIndex(({ priority }) => priority === 'online');
    const [next] = this.#waiting.splice(Math.max(0, online), 1);
    if (next === undefined) this.#isBusy = false;
    else next.start();
  }
}
