import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { defined } from '../../lib/defined.ts';
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
 * Starts a long answer and counts its tokens in `progress`. `ended` resolves with the error code, or `finished`.
 */
function write(priority: Priority, maxTokens: number | undefined) {
  const abort = new AbortController();
  const progress = { tokens: 0 };
  let started = () => {};
  const writes = new Promise<void>((resolve) => {
    started = resolve;
  });
  async function run(): Promise<string> {
    const request = ask([user('Tell me a long story.')], {
      sampling: random,
      ...defined({ maxTokens }),
    });
    for await (const event of model.doGenerate(request, { signal: abort.signal, priority })) {
      if (event.type === 'token') progress.tokens += 1;
      if (progress.tokens === 3) started();
    }
    return 'finished';
  }
  const ended = run().catch((error: { code?: string }) => error.code ?? 'aborted');
  return { progress, writes, ended, abort };
}

const running: ReturnType<typeof write>[] = [];
function start(priority: Priority, maxTokens?: number) {
  const request = write(priority, maxTokens);
  running.push(request);
  return request;
}
afterEach(async () => {
  for (const { abort } of running) abort.abort();
  await Promise.all(running.splice(0).map(({ ended }) => ended));
});

describe('batch priority', () => {
  it('nearly stops a batch request during an online request and resumes it afterwards', async () => {
    const line = start('batch');
    await line.writes;
    const chat = start('online', 200);
    await chat.writes;
    const before = line.progress.tokens;
    await chat.ended;
    const during = line.progress.tokens - before;
    expect(during).toBeLessThan(chat.progress.tokens / 5);
    await expect.poll(() => line.progress.tokens).toBeGreaterThan(before + during + 50);
  });

  it('cancels batch requests for waiting online requests, except the last batch request', async () => {
    const lines = [start('batch'), start('batch'), start('batch')];
    await Promise.all(lines.map(({ writes }) => writes));
    const chats = [start('online', 20), start('online', 20), start('online', 20)];
    await Promise.all(chats.map(({ ended }) => ended));
    expect(chats.map(({ progress }) => progress.tokens > 0)).toEqual([true, true, true]);
    const codes = await Promise.all(lines.slice(1).map(({ ended }) => ended));
    expect(codes).toEqual(['engine_overloaded', 'engine_overloaded']);
    const before = lines[0]?.progress.tokens ?? 0;
    await expect.poll(() => lines[0]?.progress.tokens).toBeGreaterThan(before);
  });
});
