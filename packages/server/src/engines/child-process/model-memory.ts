/**
 * The memory of one model: counts its users and unloads the model after an idle time, or when another model needs the
 * memory.
 * Invariant: a model that has users, or is being loaded, is never unloaded.
 */
import type { MemoryBudget, MemoryHolder } from '../memory-budget.ts';

export interface ModelMemoryOptions {
  modelId: string;
  budget: MemoryBudget;
  /** Time without users after which the model is unloaded; undefined = never. */
  idleMs: number | undefined;
  unload(): Promise<void>;
}

export class ModelMemory implements MemoryHolder {
  readonly modelId: string;
  readonly #options: ModelMemoryOptions;
  #users = 0;
  #loaded = false;
  #lastUsed = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ModelMemoryOptions) {
    this.modelId = options.modelId;
    this.#options = options;
  }

  get idleSince(): number | undefined {
    return this.#loaded && this.#users === 0 ? this.#lastUsed : undefined;
  }

  /** Adds a user. Returns the function that removes it, which is idempotent. */
  use(): () => void {
    this.#users += 1;
    clearTimeout(this.#timer);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#users -= 1;
      this.#startIdleTimer();
    };
  }

  /** Reserves memory before the model is loaded. Throws `insufficient_memory`. */
  async claim(bytes: number): Promise<void> {
    await this.#options.budget.claim(this, bytes);
  }

  markLoaded(): void {
    this.#loaded = true;
    this.#options.budget.settle(this);
    this.#startIdleTimer();
  }

  /** For every way in which the process of the model ends. */
  markUnloaded(): void {
    this.#loaded = false;
    clearTimeout(this.#timer);
    this.#options.budget.release(this);
  }

  async unload(): Promise<void> {
    await this.#options.unload();
  }

  #startIdleTimer(): void {
    if (this.#users > 0) return;
    this.#lastUsed = performance.now();
    const { idleMs } = this.#options;
    clearTimeout(this.#timer);
    if (this.#loaded && idleMs !== undefined) this.#timer = setTimeout(() => void this.unload(), idleMs).unref();
  }
}
