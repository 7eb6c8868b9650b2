/** A clock that a test advances. */
import type { Clock, ScheduledCall } from '../transport/clock.ts';

interface Timer {
  callback: () => void;
  dueAt: number;
  isBackground: boolean;
}

export class ManualClock implements Clock {
  /** Milliseconds that callers have asked to wait, in order; background timers are not included. */
  readonly waits: number[] = [];
  #now: number;
  #timers: Timer[] = [];
  #onSchedule: (() => void)[] = [];

  constructor(now = Date.now()) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  schedule(callback: () => void, ms: number, isBackground = false): ScheduledCall {
    const timer = { callback, dueAt: this.#now + ms, isBackground };
    this.#timers.push(timer);
    if (!isBackground) this.waits.push(ms);
    for (const each of this.#onSchedule.splice(0)) each();
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((each) => each !== timer);
      },
    };
  }

  /** Resolves when a caller waits. */
  async untilWaiting(): Promise<void> {
    while (!this.#timers.some((timer) => !timer.isBackground)) {
      await new Promise<void>((resolve) => this.#onSchedule.push(resolve));
    }
  }

  /** Runs the timers that become due, in their order. */
  advance(seconds: number): void {
    const end = this.#now + seconds * 1000;
    for (;;) {
      const [next] = this.#timers.filter((timer) => timer.dueAt <= end).sort((a, b) => a.dueAt - b.dueAt);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = next.dueAt;
      next.callback();
    }
    this.#now = end;
  }
}
