import { describe, expect, it } from 'vitest';
import { MemoryBudget, type Tenant } from './memory-budget.ts';

function setUp({ limitBytes = 100, available = 1000 } = {}) {
  const put: string[] = [];
  const budget = new MemoryBudget({ limitBytes, availableBytes: () => available });
  const tenant = (modelId: string, idleSince?: number): Tenant => ({
    modelId,
    idleSince,
    async putAway() {
      put.push(modelId);
    },
  });
  return { budget, tenant, put };
}

describe('MemoryBudget', () => {
  it('puts nothing away while everything fits', async () => {
    const { budget, tenant, put } = setUp();
    await budget.claim(tenant('a', 1), 40);
    await budget.claim(tenant('b', 2), 60);
    expect([put, budget.claimedBytes]).toEqual([[], 100]);
  });

  it('puts the least recently used models away, as few as it takes, and never one in use', async () => {
    const { budget, tenant, put } = setUp();
    await budget.claim(tenant('used'), 30);
    await budget.claim(tenant('young', 9), 30);
    await budget.claim(tenant('old', 5), 30);
    await budget.claim(tenant('new'), 40);
    expect([put, budget.claimedBytes]).toEqual([['old'], 100]);
  });

  it('refuses with both numbers what does not fit beside the models in use', async () => {
    const { budget, tenant, put } = setUp({ limitBytes: 100e6, available: 1e12 });
    await budget.claim(tenant('used'), 70e6);
    await budget.claim(tenant('idle', 1), 20e6);
    await expect(budget.claim(tenant('new'), 40e6)).rejects.toMatchObject({
      status: 503,
      code: 'insufficient_memory',
      message: expect.stringMatching(/'new' needs about 40 MB .* 30 MB are free/),
    });
    expect(put).toEqual(['idle']);
  });

  it('counts what others have claimed and not yet allocated as taken', async () => {
    const { budget, tenant } = setUp({ limitBytes: 1000, available: 100 });
    const first = tenant('a');
    await budget.claim(first, 70);
    await expect(budget.claim(tenant('b'), 40)).rejects.toMatchObject({ code: 'insufficient_memory' });
    // By now the system itself counts it.
    budget.settle(first);
    await budget.claim(tenant('b'), 40);
  });

  it('lets a tenant claim again, and gives back what is released', async () => {
    const { budget, tenant } = setUp();
    const growing = tenant('a');
    await budget.claim(growing, 40);
    await budget.claim(growing, 90);
    expect(budget.claimedBytes).toBe(90);
    budget.release(growing);
    await budget.claim(tenant('b'), 100);
  });

  it('serves one claim at a time', async () => {
    const { budget, tenant } = setUp();
    const results = await Promise.allSettled(['a', 'b', 'c'].map((id) => budget.claim(tenant(id), 50)));
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });
});
