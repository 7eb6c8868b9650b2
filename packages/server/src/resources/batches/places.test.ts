import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RegisteredModel } from '../../engines/registry.ts';
import { createScriptedLanguageModel } from '../../engines/scripted/language-model.ts';
import { enterPlace } from './places.ts';

const NEVER = new AbortController().signal;
const LINE_MS = 40;

/** Requests that each model works on, for this test to say. */
let busy: Record<string, number>;
let models: Parameters<typeof enterPlace>[0];
beforeEach(() => {
  const language = createScriptedLanguageModel();
  const facts = { createdAt: 0, ownedBy: 'test', label: 'a test', builtIn: false };
  const model: RegisteredModel = { ...facts, id: 'a', kind: 'chat', open: async () => language };
  busy = { a: 0, b: 0 };
  models = {
    resolve: () => model,
    languageModel: async () => language,
    reports: () =>
      Object.entries(busy).map(([modelId, count]) => ({
        modelId,
        report: { pid: undefined, waiting: 0, busy: count, restarts: 0 },
      })),
  };
});

const enter = () => enterPlace(models, 'a', NEVER);

/** Whether there is a place within a moment, which is then given back. */
async function isFree(): Promise<boolean> {
  const leaving = new AbortController();
  const entered = enterPlace(models, 'a', leaving.signal).then(
    (leave) => {
      leave();
      return true;
    },
    () => false,
  );
  await sleep(LINE_MS);
  leaving.abort();
  return entered;
}

describe('places of lines', () => {
  it('are all but one while nobody else is there, and one while somebody is, whatever model serves them', async () => {
    const first = await enter();
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

  it('rest after a line while another engine works, four times as long as the line took', async () => {
    busy = { a: 0, b: 1 };
    const leave = await enter();
    await sleep(LINE_MS);
    const leftAt = performance.now();
    leave();
    const next = await enter();
    expect(performance.now() - leftAt).toBeGreaterThanOrEqual(4 * LINE_MS);
    next();
  });

  it('do not rest where their own engine serves others, which knows of them', async () => {
    busy = { a: 1, b: 0 };
    const leave = await enter();
    await sleep(4 * LINE_MS);
    leave();
    expect(await isFree()).toBe(true);
  });
});
