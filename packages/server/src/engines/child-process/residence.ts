/**
 * How long a model stays in memory: it counts who uses the model, and has it put away when nobody did for a while, or when another model
 * needs the room. Invariant: a model that is used, or being loaded, is never put away.
 */
import type { MemoryBudget, Tenant } from '../memory-budget.ts';

export interface ResidenceOptions {
  modelId: string;
  budget: MemoryBudget;
  /** How long nobody must have used the model before it is put away; undefined = for ever. */
  idleMs: number | undefined;
  putAway(): Promise<void>;
}

export class Residence implements Tenant {
  readonly modelId: string;
  readonly #options: ResidenceOptions;
  #users = 0;
  #loaded = false;
  #lastUsed = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ResidenceOptions) {
    this.modelId = options.modelId;
    this.#options = options;
  }

  get idleSince(): number | undefined {
    return this.#loaded && this.#users === 0 ? this.#lastUsed : undefined;
  }

  /** The model is needed until the function that this returns is called; twice is harmless. */
  use(): () => void {
    this.#users += 1;
    clearTimeout(this.#timer);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#users -= 1;
      this.#watch();
    };
  }

  /** Makes room for the model. Throws `insufficient_memory`. */
  async claim(bytes: number): Promise<void> {
    await this.#options.budget.claim(this, bytes);
  }

  /** The model is loaded. */
  moveIn(): void {
    this.#loaded = true;
    this.#options.budget.settle(this);
    this.#watch();
  }

  /** The model is gone, whoever ended it. */
  moveOut(): void {
    this.#loaded = false;
    clearTimeout(this.#timer);
    this.#options.budget.release(this);
  }

  async putAway(): Promise<void> {
    await this.#options.putAway();
  }

  #watch(): void {
    if (this.#users > 0) return;
    this.#lastUsed = performance.now();
    const { idleMs } = this.#options;
    clearTimeout(this.#timer);
    if (this.#loaded && idleMs !== undefined) this.#timer = setTimeout(() => void this.putAway(), idleMs).unref();
  }
}
