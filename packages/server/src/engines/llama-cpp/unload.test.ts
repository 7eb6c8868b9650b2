import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../../../testing/until.ts';
import { createMemoryBudget } from '../child-process/memory.ts';
import { silentLog } from '../child-process/testing/silent-log.ts';
import { ask, collect, options, textOf, user } from '../testing/ask-language-model.ts';
import { createLlamaCppLanguageModel, type LlamaCppLanguageModel, type LlamaCppOptions } from './language-model.ts';
import { writeTinyModel } from './testing/tiny-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-unload-'));
const path = join(folder, 'tiny.gguf');
beforeAll(() => writeTinyModel(path));
afterAll(() => rmSync(folder, { recursive: true }));

const opened: LlamaCppLanguageModel[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((model) => model.close()));
});

function open(modelId: string, more: Partial<LlamaCppOptions> = {}): LlamaCppLanguageModel {
  const settings = { modelId, path, threads: 1, parallelRequests: 1, log: silentLog };
  const model = createLlamaCppLanguageModel({ ...settings, ...more });
  opened.push(model);
  return model;
}

const answer = async (model: LlamaCppLanguageModel) =>
  textOf(await collect(model, ask([user('Hi')], { maxTokens: 8 })));

/** Returns a budget for one tiny model, but not for two. */
async function budgetForOne() {
  const probe = createMemoryBudget();
  const model = open('probe', { budget: probe });
  await model.ready();
  const bytes = probe.claimedBytes;
  expect(bytes).toBeGreaterThan(statSync(path).size);
  await model.close();
  expect(probe.claimedBytes).toBe(0);
  return createMemoryBudget(Math.floor(1.5 * bytes));
}

describe('an idle model', () => {
  it('frees the memory of an idle model, and loads it again for the next request', async () => {
    const budget = createMemoryBudget();
    const model = open('a', { modelIdleMs: 300, budget });
    const before = await answer(model);
    expect(model.pid).toBeDefined();
    await until(() => model.pid === undefined);
    expect(budget.claimedBytes).toBe(0);
    expect(model.capabilities.features).toContain('logprobs');
    expect(await answer(model)).toBe(before);
  });

  it('does not unload a model during a request that takes longer than the idle time', async () => {
    const model = open('a', { modelIdleMs: 50 });
    await model.ready();
    const { pid } = model;
    for await (const event of model.doGenerate(ask([user('Hi')], { maxTokens: 10 }), options())) {
      if (event.type === 'token') await sleep(20);
    }
    expect(model.pid).toBe(pid);
  });
});

describe('models with a common memory budget', () => {
  it('unloads each of two models when the other one is used', async () => {
    const budget = await budgetForOne();
    const [a, b] = [open('a', { budget }), open('b', { budget })];
    await answer(a);
    await answer(b);
    expect([a.pid === undefined, b.pid === undefined]).toEqual([true, false]);
    await answer(a);
    expect([a.pid === undefined, b.pid === undefined]).toEqual([false, true]);
  });

  it('refuses to load a model while a model in use takes the memory, and continues that one', async () => {
    const budget = await budgetForOne();
    const [a, b] = [open('a', { budget }), open('b', { budget })];
    let refused = 0;
    let tokens = 0;
    for await (const event of a.doGenerate(ask([user('Hi')], { maxTokens: 5 }), options())) {
      if (event.type === 'start') {
        await expect(answer(b)).rejects.toMatchObject({ status: 503, code: 'insufficient_memory' });
        refused += 1;
      }
      if (event.type === 'token') tokens += 1;
    }
    expect([refused, tokens]).toEqual([1, 5]);
    // Model `a` is idle now.
    expect(await answer(b)).not.toBe('');
  });
});
