/**
 * One budget of memory for all models of a machine. Invariants: whoever loads asks first, one at a time; room is made by putting models
 * away that nobody uses, the least recently used first; a model that is in use is never put away; together they never hold more than the limit.
 */
import { errors } from '../errors/catalogue.ts';

/** A model that holds memory, or wants some. */
export interface Tenant {
  readonly modelId: string;
  /** Since when nobody uses it, on the clock of `performance.now()`; undefined = it is in use, or being loaded. */
  readonly idleSince: number | undefined;
  /** Gives its memory back, until somebody asks for the model again. */
  putAway(): Promise<void>;
}

export interface MemoryBudgetOptions {
  /** Most bytes that all models may hold together. */
  limitBytes: number;
  /** Bytes that can be allocated now. */
  availableBytes(): number;
}

interface Claim {
  bytes: number;
  /** Whether what was claimed is allocated, so that it is no longer counted as available. */
  settled: boolean;
}

export class MemoryBudget {
  readonly #options: MemoryBudgetOptions;
  readonly #claims = new Map<Tenant, Claim>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: MemoryBudgetOptions) {
    this.#options = options;
  }

  /** Bytes that are claimed. */
  get claimedBytes(): number {
    return this.#sum(() => true);
  }

  /**
   * Resolves when `bytes` are the tenant's, instead of what it claimed before. Throws `insufficient_memory` when they do not fit even
   * without the models that nobody uses.
   */
  async claim(tenant: Tenant, bytes: number): Promise<void> {
    const claiming = this.#last.then(() => this.#claimNow(tenant, bytes));
    this.#last = claiming.catch(() => undefined);
    await claiming;
  }

  /** The tenant has allocated what it claimed. */
  settle(tenant: Tenant): void {
    const claim = this.#claims.get(tenant);
    if (claim !== undefined) claim.settled = true;
  }

  /** The tenant holds nothing any more. */
  release(tenant: Tenant): void {
    this.#claims.delete(tenant);
  }

  async #claimNow(tenant: Tenant, bytes: number): Promise<void> {
    this.#claims.delete(tenant);
    for (let free = this.#freeBytes(); bytes > free; free = this.#freeBytes()) {
      const idle = this.#leastRecentlyUsed();
      if (idle === undefined) throw errors.insufficientMemory(tenant.modelId, bytes, free);
      await idle.putAway();
      this.#claims.delete(idle);
    }
    this.#claims.set(tenant, { bytes, settled: false });
  }

  #freeBytes(): number {
    const { limitBytes, availableBytes } = this.#options;
    return Math.max(
      0,
      Math.min(limitBytes - this.claimedBytes, availableBytes() - this.#sum((claim) => !claim.settled)),
    );
  }

  #leastRecentlyUsed(): Tenant | undefined {
    let oldest: Tenant | undefined;
    for (const tenant of this.#claims.keys()) {
      const { idleSince } = tenant;
      if (idleSince !== undefined && idleSince < (oldest?.idleSince ?? Number.POSITIVE_INFINITY)) oldest = tenant;
    }
    return oldest;
  }

  #sum(counts: (claim: Claim) => boolean): number {
    return this.#claims.values().reduce((sum, claim) => sum + (counts(claim) ? claim.bytes : 0), 0);
  }
}
