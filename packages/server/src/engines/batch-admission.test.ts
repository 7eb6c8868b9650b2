import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { type BatchAdmission, createBatchAdmission } from './batch-admission.ts';
import type { RegisteredModel } from './registry.ts';
import { createScriptedLanguageModel } from './scripted/language-model.ts';

const NEVER = new AbortController().signal;
const LINE_MS = 40;

/** Requests that each model reports as running. */
let busy: Record<string, number>;
let admission: BatchAdmission;
beforeEach(() => {
  const language = createScriptedLanguageModel();
  const facts = { createdAt: 0, ownedBy: 'test', label: 'a test', builtIn: false };
  const model: RegisteredModel = { ...facts, id: 'a', kind: 'chat', open: async () => language };
  busy = { a: 0, b: 0 };
  admission = createBatchAdmission({
    resolve: () => model,
    languageModel: async () => language,
    reports: () =>
      Object.entries(busy).map(([modelId, count]) => ({
        modelId,
        report: { pid: undefined, waiting: 0, busy: count, restarts: 0, isDown: false },
      })),
  });
});

const acquire = () => admission.acquire('a', NEVER);

/** Whether a slot can be acquired within LINE_MS; releases it. */
async function isFree(): Promise<boolean> {
  const leaving = new AbortController();
  const entered = admission.acquire('a', leaving.signal).then(
    (release) => {
      release();
      return true;
    },
    () => false,
  );
  await sleep(LINE_MS);
  leaving.abort();
  return entered;
}

describe('batch admission', () => {
  it('runs one batch line less than the model has slots, and one during online requests of any model', async () => {
    const first = await acquire();
    expect(await isFree()).toBe(true);
    for (const model of ['a', 'b']) {
      busy = { a: 1, b: 0, [model]: model === 'a' ? 2 : 1 };
      expect(await isFree()).toBe(false);
    }
    busy = { a: 2, b: 0 };
    first();
    busy = { a: 1, b: 0 };
    expect(await isFree()).toBe(true);
  });

  it('delays a batch line by four times the duration of the one before while another engine is busy', async () => {
    busy = { a: 0, b: 1 };
    const release = await acquire();
    await sleep(LINE_MS);
    const releasedAt = performance.now();
    release();
    const next = await acquire();
    expect(performance.now() - releasedAt).toBeGreaterThanOrEqual(4 * LINE_MS);
    next();
  });

  it('does not delay batch lines for online requests of their own engine', async () => {
    busy = { a: 1, b: 0 };
    const release = await acquire();
    await sleep(4 * LINE_MS);
    release();
    expect(await isFree()).toBe(true);
  });
});
