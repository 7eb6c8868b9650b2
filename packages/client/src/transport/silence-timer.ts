/**
 * `timeout`: reports that a connection has been silent for a time. undici's own timers for HTTP/1 have a resolution of
 * about one second.
 */
import type { Clock, ScheduledCall } from './clock.ts';

interface SilenceTimerOptions {
  /** 0 sets no limit. */
  ms: number;
  clock: Clock;
  /** Whether the time does not count, because the reader of the body is slow. */
  isPaused(): boolean;
  onSilence(): void;
}

export class SilenceTimer {
  readonly #options: SilenceTimerOptions;
  #lastActivity: number;
  #timer: ScheduledCall | undefined;

  constructor(options: SilenceTimerOptions) {
    this.#options = options;
    this.#lastActivity = options.clock.now();
    if (options.ms > 0) this.#schedule(options.ms);
  }

  /** Bytes were sent or received. */
  touch(): void {
    this.#lastActivity = this.#options.clock.now();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #schedule(ms: number): void {
    this.#timer = this.#options.clock.schedule(() => this.#check(), ms, true);
  }

  #check(): void {
    const { ms, clock, isPaused, onSilence } = this.#options;
    if (isPaused()) this.touch();
    const rest = this.#lastActivity + ms - clock.now();
    if (rest > 0) this.#schedule(rest);
    else onSilence();
  }
}
