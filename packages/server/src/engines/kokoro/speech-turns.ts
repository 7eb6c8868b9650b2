/**
 * The loop of a speech engine: requests take turns by sentence, online before batch. Invariants: parts are sent in the
 * order of their text; a cancelled request has no further turn.
 */
import type { KokoroEvent, SpeakMessage } from './protocol.ts';

export interface SpeechTurnsOptions {
  /** Splits a text into the parts that are spoken one after the other. Throws for a text that cannot be spoken. */
  prepare(job: SpeakMessage): string[];
  speak(part: string, job: SpeakMessage): Promise<Int16Array>;
  send(id: number, event: KokoroEvent): void;
  fail(id: number, error: unknown): void;
}

interface Running {
  job: SpeakMessage;
  parts: string[];
}

const nextTurnOfLoop = () => new Promise<void>((resolve) => setImmediate(resolve));

export class SpeechTurns {
  readonly #options: SpeechTurnsOptions;
  readonly #queue: Running[] = [];
  #isRunning = false;

  constructor(options: SpeechTurnsOptions) {
    this.#options = options;
  }

  add(job: SpeakMessage): void {
    try {
      this.#queue.push({ job, parts: this.#options.prepare(job) });
    } catch (error) {
      this.#options.fail(job.id, error);
      return;
    }
    void this.#run();
  }

  /** Ignores unknown ids: the request may have finished in the meantime. */
  cancel(id: number): void {
    const at = this.#queue.findIndex(({ job }) => job.id === id);
    if (at >= 0) this.#queue.splice(at, 1);
  }

  #has({ id }: SpeakMessage): boolean {
    return this.#queue.some(({ job }) => job.id === id);
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let running = this.#next(); running !== undefined; running = this.#next()) await this.#turn(running);
    this.#isRunning = false;
  }

  /** Returns the request that has waited longest, online before batch, and moves it to the end of the queue. */
  #next(): Running | undefined {
    const online = this.#queue.findIndex(({ job }) => job.priority === 'online');
    const [running] = this.#queue.splice(Math.max(0, online), 1);
    if (running !== undefined) this.#queue.push(running);
    return running;
  }

  async #turn({ job, parts }: Running): Promise<void> {
    const { speak, send, fail } = this.#options;
    // The runtime blocks the event loop while it computes: messages arrive between turns.
    await nextTurnOfLoop();
    if (!this.#has(job)) return;
    try {
      const part = parts.shift();
      const samples = part === undefined ? undefined : await speak(part, job);
      // It may have been cancelled in the meantime.
      if (!this.#has(job)) return;
      if (samples !== undefined) send(job.id, { type: 'audio', samples });
      if (parts.length > 0) return;
      send(job.id, { type: 'end' });
    } catch (error) {
      fail(job.id, error);
    }
    this.cancel(job.id);
  }
}
