import { describe, expect, it } from 'vitest';
import { MemoryBudget, type MemoryHolder } from './memory-budget.ts';

function setUp({ limitBytes = 100, available = 1000 } = {}) {
  const unloaded: string[] = [];
  const budget = new MemoryBudget({ limitBytes, availableBytes: () => available });
  const holder = (modelId: string, idleSince?: number): MemoryHolder => ({
    modelId,
    idleSince,
    async unload() {
      unloaded.push(modelId);
    },
  });
  return { budget, holder, unloaded };
}

describe('MemoryBudget', () => {
  it('unloads no model while all claims fit', async () => {
    const { budget, holder, unloaded } = setUp();
    await budget.claim(holder('a', 1), 40);
    await budget.claim(holder('b', 2), 60);
    expect([unloaded, budget.claimedBytes]).toEqual([[], 100]);
  });

  it('unloads as few models as needed, the least recently used first, and never one in use', async () => {
    const { budget, holder, unloaded } = setUp();
    await budget.claim(holder('used'), 30);
    await budget.claim(holder('young', 9), 30);
    await budget.claim(holder('old', 5), 30);
    await budget.claim(holder('new'), 40);
    expect([unloaded, budget.claimedBytes]).toEqual([['old'], 100]);
  });

  it('refuses a claim that does not fit beside the models in use, with the needed and the free memory', async () => {
    const { budget, holder, unloaded } = setUp({ limitBytes: 100e6, available: 1e12 });
    await budget.claim(holder('used'), 70e6);
    await budget.claim(holder('idle', 1), 20e6);
    await expect(budget.claim(holder('new'), 40e6)).rejects.toMatchObject({
      status: 503,
      code: 'insufficient_memory',
      message: expect.stringMatching(/'new' needs about 40 MB .* 30 MB are free/),
    });
    expect(unloaded).toEqual(['idle']);
  });

  it('counts memory that is claimed and not yet allocated as taken', async () => {
    const { budget, holder } = setUp({ limitBytes: 1000, available: 100 });
    const first = holder('a');
    await budget.claim(first, 70);
    await expect(budget.claim(holder('b'), 40)).rejects.toMatchObject({ code: 'insufficient_memory' });
    // From now on the memory is allocated, so the system counts it.
    budget.settle(first);
    await budget.claim(holder('b'), 40);
  });

  it('replaces an earlier claim of the same holder, and frees released memory', async () => {
    const { budget, holder } = setUp();
    const growing = holder('a');
    await budget.claim(growing, 40);
    await budget.claim(growing, 90);
    expect(budget.claimedBytes).toBe(90);
    budget.release(growing);
    await budget.claim(holder('b'), 100);
  });

  it('grants parallel claims one at a time, up to the limit', async () => {
    const { budget, holder } = setUp();
    const results = await Promise.allSettled(['a', 'b', 'c'].map((id) => budget.claim(holder(id), 50)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });
});
