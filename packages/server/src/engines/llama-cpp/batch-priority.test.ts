import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../child-process/testing/silent-log.ts';
import type { Priority } from '../language-model.ts';
import { ask, random, user } from '../testing/ask-language-model.ts';
import { createLlamaCppLanguageModel, type LlamaCppLanguageModel } from './language-model.ts';
import { writeTinyModel } from './testing/tiny-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-priority-'));
const path = join(folder, 'tiny.gguf');
let model: LlamaCppLanguageModel;
beforeAll(async () => {
  await writeTinyModel(path);
  model = createLlamaCppLanguageModel({ modelId: 'tiny', path, threads: 1, parallelRequests: 3, log: silentLog });
  await model.ready();
});
afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true });
});

/**
 * A long answer under way; `tokens` grows. `ended` resolves with the code of the error that ended it, or `finished`.
 */
function write(priority: Priority, maxTokens: number | undefined) {
  const abort = new AbortController();
  const told = { tokens: 0 };
  let begun = () => {};
  const writes = new Promise<void>((resolve) => {
    begun = resolve;
  });
  async function run(): Promise<string> {
    const request = ask([user('Tell me a long story.')], {
      sampling: random,
      ...(maxTokens === undefined ? {} : { maxTokens }),
    });
    for await (const event of model.doGenerate(request, { signal: abort.signal, priority })) {
      if (event.type === 'token') told.tokens += 1;
      if (told.tokens === 3) begun();
    }
    return 'finished';
  }
  const ended = run().catch((error: { code?: string }) => error.code ?? 'left');
  return { told, writes, ended, abort };
}

const running: ReturnType<typeof write>[] = [];
function start(priority: Priority, maxTokens?: number) {
  const started = write(priority, maxTokens);
  running.push(started);
  return started;
}
afterEach(async () => {
  for (const { abort } of running) abort.abort();
  await Promise.all(running.splice(0).map(({ ended }) => ended));
});

describe('a line of a batch', () => {
  it('writes next to nothing while somebody is being answered, and goes on afterwards', async () => {
    const line = start('batch');
    await line.writes;
    const chat = start('online', 200);
    await chat.writes;
    const before = line.told.tokens;
    await chat.ended;
    const during = line.told.tokens - before;
    expect(during).toBeLessThan(chat.told.tokens / 5);
    await expect.poll(() => line.told.tokens).toBeGreaterThan(before + during + 50);
  });

  it('makes room for somebody who would wait, unless it is the last one', async () => {
    const lines = [start('batch'), start('batch'), start('batch')];
    await Promise.all(lines.map(({ writes }) => writes));
    const chats = [start('online', 20), start('online', 20), start('online', 20)];
    await Promise.all(chats.map(({ ended }) => ended));
    expect(chats.map(({ told }) => told.tokens > 0)).toEqual([true, true, true]);
    const codes = await Promise.all(lines.slice(1).map(({ ended }) => ended));
    expect(codes).toEqual(['engine_overloaded', 'engine_overloaded']);
    const before = lines[0]?.told.tokens ?? 0;
    await expect.poll(() => lines[0]?.told.tokens).toBeGreaterThan(before);
  });
});
