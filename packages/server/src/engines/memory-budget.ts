/**
 * A memory budget for all models of a machine. Invariants: a model claims its memory before it is loaded; claims are
 * served one at a time; if memory is short, idle models are unloaded, the least recently used first; a model in use is
 * never unloaded; the sum of all claims never exceeds the limit.
 */
import { errors } from '../errors/catalogue.ts';

/** A model that has claimed memory, or is about to. */
export interface MemoryHolder {
  readonly modelId: string;
  /** Start of the idle time, by `performance.now()`; undefined = in use, or being loaded. */
  readonly idleSince: number | undefined;
  /** Frees the memory. The next request loads the model again. */
  unload(): Promise<void>;
}

export interface MemoryBudgetOptions {
  /** Maximum of all claims together. */
  limitBytes: number;
  /** Memory that can be allocated now. */
  availableBytes(): number;
}

interface Claim {
  bytes: number;
  /** Whether the memory is allocated, so that `availableBytes` no longer includes it. */
  settled: boolean;
}

export class MemoryBudget {
  readonly #options: MemoryBudgetOptions;
  readonly #claims = new Map<MemoryHolder, Claim>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: MemoryBudgetOptions) {
    this.#options = options;
  }

  get claimedBytes(): number {
    return this.#sum(() => true);
  }

  /**
   * Reserves `bytes` for the holder in place of its earlier claim. Throws `insufficient_memory` if they do not fit even
   * without the idle models.
   */
  async claim(holder: MemoryHolder, bytes: number): Promise<void> {
    const claiming = this.#last.then(() => this.#claimNow(holder, bytes));
    this.#last = claiming.catch(() => undefined);
    await claiming;
  }

  /** The holder has allocated its memory. */
  settle(holder: MemoryHolder): void {
    const claim = this.#claims.get(holder);
    if (claim !== undefined) claim.settled = true;
  }

  /** The holder has freed its memory. */
  release(holder: MemoryHolder): void {
    this.#claims.delete(holder);
  }

  async #claimNow(holder: MemoryHolder, bytes: number): Promise<void> {
    this.#claims.delete(holder);
    for (let free = this.#freeBytes(); bytes > free; free = this.#freeBytes()) {
      const idle = this.#leastRecentlyUsed();
      if (idle === undefined) throw errors.insufficientMemory(holder.modelId, bytes, free);
      await idle.unload();
      this.#claims.delete(idle);
    }
    this.#claims.set(holder, { bytes, settled: false });
  }

  #freeBytes(): number {
    const { limitBytes, availableBytes } = this.#options;
    return Math.max(
      0,
      Math.min(limitBytes - this.claimedBytes, availableBytes() - this.#sum((claim) => !claim.settled)),
    );
  }

  #leastRecentlyUsed(): MemoryHolder | undefined {
    let oldest: MemoryHolder | undefined;
    for (const holder of this.#claims.keys()) {
      const { idleSince } = holder;
      if (idleSince !== undefined && idleSince < (oldest?.idleSince ?? Number.POSITIVE_INFINITY)) oldest = holder;
    }
    return oldest;
  }

  #sum(counts: (claim: Claim) => boolean): number {
    return this.#claims.values().reduce((sum, claim) => sum + (counts(claim) ? claim.bytes : 0), 0);
  }
}
