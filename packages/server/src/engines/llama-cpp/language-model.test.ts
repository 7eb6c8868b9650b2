import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { restartPauseMs } from '../child-process/engine-process.ts';
import { silentLog } from '../child-process/testing/silent-log.ts';
import { runLanguageModelConformance } from '../language-model.conformance.ts';
import type { ConversationRequest, GenerateEvent, GenerateRequest, LanguageModelMessage } from '../language-model.ts';
import type { SchemaBodies } from './grammar/schema-bodies.ts';
import { createLlamaCppLanguageModel, type LlamaCppLanguageModel, type LlamaCppOptions } from './language-model.ts';
import { TINY_CHAT_TEMPLATE, tinyTokenId, tinyTokenIds, writeTinyModel } from './testing/tiny-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-engine-'));
const path = join(folder, 'tiny.gguf');
beforeAll(() => writeTinyModel(path, { fillsMiddle: true }));
afterAll(() => rmSync(folder, { recursive: true }));

const make = (options: Partial<LlamaCppOptions> = {}) =>
  createLlamaCppLanguageModel({ modelId: 'tiny', path, threads: 1, parallelRequests: 3, log: silentLog, ...options });

runLanguageModelConformance('llama.cpp with a tiny model', async () => {
  const model = make();
  await model.ready();
  return {
    model,
    letter: { id: tinyTokenId('e'), text: 'e' },
    toIds: tinyTokenIds,
    long: [{ role: 'user', content: 'Tell me a long story.' }],
    unicode: [{ role: 'user', content: 'Use 😀, é and 日.' }],
  };
});

const opened: LlamaCppLanguageModel[] = [];
function open(options: Partial<LlamaCppOptions> = {}): LlamaCppLanguageModel {
  const model = make(options);
  opened.push(model);
  return model;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((model) => model.close()));
});

type AskOptions = Partial<ConversationRequest> & { signal?: AbortSignal; onEvent?: (event: GenerateEvent) => void };

async function ask(model: LlamaCppLanguageModel, input: string | LanguageModelMessage[], options: AskOptions = {}) {
  const { signal = new AbortController().signal, onEvent, ...fields } = options;
  const messages = typeof input === 'string' ? [{ role: 'user' as const, content: input }] : input;
  const events: GenerateEvent[] = [];
  const request = { messages, sampling: { temperature: 0, topP: 1 }, maxTokens: 8, ...fields };
  for await (const event of model.doGenerate(request, { signal, priority: 'online' })) {
    events.push(event);
    onEvent?.(event);
  }
  const start = events[0];
  if (start?.type !== 'start') throw new Error('no start event');
  const text = events.map((event) => (event.type === 'token' ? event.text : '')).join('');
  const tokens = events.filter((event) => event.type === 'token').length;
  return { ...start, text, tokens, last: events.at(-1) };
}

let shared: LlamaCppLanguageModel;
beforeAll(() => {
  shared = make({ parallelRequests: 2 });
});
afterAll(() => shared.close());

describe('prompts of createLlamaCppLanguageModel', () => {
  it('treats control strings in messages as text', async () => {
    const model = shared;
    const base = (await ask(model, 'x')).promptTokens;
    // As text, it is one token per byte; as a control token, it would be a single token.
    expect((await ask(model, '<|end|>')).promptTokens).toBe(base + 6);
    expect((await ask(model, '<|end|><|system|>')).promptTokens).toBe(base + 16);
  });

  it('starts a prompt with one BOS token, with or without a BOS token in the template or the message', async () => {
    const without = open({ chatTemplate: TINY_CHAT_TEMPLATE.replace('{{ bos_token }}', '') });
    const count = (await ask(shared, 'x')).promptTokens;
    expect((await ask(without, 'x')).promptTokens).toBe(count);
    const bare = open({ chatTemplate: '{% for m in messages %}{{ m.content }}{% endfor %}' });
    expect((await ask(bare, '<|begin|>')).promptTokens).toBe(1 + '<|begin|>'.length);
  });

  it('reuses the common prefix of the previous prompt and returns the same answer', async () => {
    const model = open({ parallelRequests: 1 });
    const question = 'What did the cat do on the mat, and why?';
    const fresh = await ask(model, question, { maxTokens: 30 });
    expect(fresh.cachedTokens).toBe(0);
    const again = await ask(model, question, { maxTokens: 30 });
    expect(again.cachedTokens).toBeGreaterThanOrEqual(again.promptTokens - 7);
    expect(again.text).toBe(fresh.text);
    const other = await ask(model, `${question} Then?`);
    expect(other.cachedTokens).toBeGreaterThan(question.length - 5);
    expect(other.cachedTokens).toBeLessThan(other.promptTokens - 5);
  });

  it('keeps the state of two conversations in two slots', async () => {
    const model = shared;
    await ask(model, 'The first conversation, about cats.');
    await ask(model, 'Another conversation, which is about dogs and their hats.');
    const same = await ask(model, 'Another conversation, which is about dogs and their hats.');
    expect(same.cachedTokens).toBeGreaterThanOrEqual(same.promptTokens - 7);
    const first = await ask(model, 'The first conversation, about cats.');
    expect(first.cachedTokens).toBeGreaterThanOrEqual(first.promptTokens - 7);
  });
});

describe('ends of answers', () => {
  it('ends an answer at the end token, which is neither returned nor counted', async () => {
    const ending = join(folder, 'ending.gguf');
    await writeTinyModel(ending, { endChance: 1 });
    const result = await ask(open({ path: ending }), 'Go.', {
      maxTokens: 2000,
      sampling: { temperature: 1, topP: 1, seed: 5 },
    });
    expect(result.last).toEqual({ type: 'finish', reason: 'stop' });
    expect(result.text).toMatch(/^[^.]*\.$/);
  });

  it('ends an answer at an end-of-turn string, which is neither returned nor counted', async () => {
    const sampling = { temperature: 1, topP: 1, seed: 5 };
    const whole = await ask(shared, 'Go.', { maxTokens: 300, sampling });
    const endOfTurn = [...whole.text.matchAll(/ \w+ \w/g)][5]?.[0] ?? '';
    const cut = await ask(open({ endOfTurn: [endOfTurn] }), 'Go.', { maxTokens: 300, sampling });
    expect(endOfTurn).not.toBe('');
    expect(cut.last).toEqual({ type: 'finish', reason: 'stop' });
    expect(cut.text).toBe(whole.text.slice(0, whole.text.indexOf(endOfTurn)));
    expect(cut.tokens).toBeLessThanOrEqual(Buffer.byteLength(cut.text));
  });

  it('returns and counts held text when maxTokens is reached', async () => {
    const sampling = { temperature: 1, topP: 1, seed: 5 };
    const whole = await ask(shared, 'Go.', { maxTokens: 60, sampling });
    // Every letter may start one of these, so the last one is always held back.
    const endOfTurn = Array.from('abcdefghijklmnopqrstuvwxyz .,', (letter) => `${letter}#`);
    const model = open({ endOfTurn });
    for (const maxTokens of [1, 5, 20, 33]) {
      const cut = await ask(model, 'Go.', { maxTokens, sampling });
      expect([cut.tokens, cut.last]).toEqual([maxTokens, { type: 'finish', reason: 'length' }]);
      expect(cut.text).not.toBe('');
      expect(whole.text.startsWith(cut.text)).toBe(true);
    }
  });

  it('ends an answer at the end of the context, which never exceeds the training context', async () => {
    const model = open({ contextTokens: 100_000 });
    await model.ready();
    expect(model.capabilities.contextTokens).toBe(2048);
    const result = await ask(model, 'x'.repeat(1900), { maxTokens: 2048 - 1904 });
    expect(result.promptTokens + result.tokens).toBe(2048);
  });
});

describe('prompts that exceed the context', () => {
  const many = (count: number, content: string) =>
    Array.from({ length: count }, () => ({ role: 'user' as const, content }));
  const CASES: readonly [string, () => Partial<GenerateRequest>][] = [
    ['of 20,000 short messages', () => ({ messages: many(20_000, 'hi') })],
    ['of one message of 10 MB', () => ({ messages: many(1, 'wort '.repeat(2_000_000)) })],
    ['of 10 MB of text', () => ({ messages: undefined, prompt: 'x'.repeat(10_000_000) })],
    ['of a million tokens', () => ({ messages: undefined, prompt: Array.from({ length: 1_000_000 }, () => 10) })],
  ];
  it.each(CASES)('refuses a prompt %s within 100 ms although all slots are in use', async (_what, more) => {
    const model = open({ parallelRequests: 1 });
    await model.ready();
    const running = ask(model, 'Long.', { maxTokens: 1500 });
    const request = { ...more(), maxTokens: 1, sampling: { temperature: 1, topP: 1 } } as GenerateRequest;
    const started = performance.now();
    const events = model.doGenerate(request, { signal: new AbortController().signal, priority: 'online' });
    await expect(Array.fromAsync(events)).rejects.toMatchObject({
      code: 'context_length_exceeded',
      status: 400,
      message: expect.stringMatching(/at least \d+ tokens/),
    });
    expect(performance.now() - started).toBeLessThan(100);
    await running;
  });
});

describe('the engine process of llama.cpp', () => {
  it('fails running requests when it is killed, and serves waiting and new ones afterwards', async () => {
    const model = open({ parallelRequests: 2 });
    await model.ready();
    const { pid } = model;
    let tokens = 0;
    const kill = (event: GenerateEvent) => {
      if (event.type === 'token' && ++tokens === 5 && pid !== undefined) process.kill(pid, 'SIGKILL');
    };
    const held = [
      ask(model, 'Long.', { maxTokens: 1500, onEvent: kill }),
      ask(model, 'Long too.', { maxTokens: 1500 }),
    ].map((answer) => expect(answer).rejects.toMatchObject({ code: 'engine_failed', status: 500 }));
    const waited = ask(model, 'Waiting.');
    await Promise.all(held);
    expect((await waited).tokens).toBe(8);
    expect((await ask(model, 'New.')).tokens).toBe(8);
    expect(model.pid).not.toBe(pid);
  });

  it.skipIf(process.platform === 'win32')(
    'kills and restarts a process that gives no sign of life, and fails its running requests',
    async () => {
      const model = open({ engineSilenceMs: 3000 });
      await model.ready();
      const { pid } = model;
      const stop = (event: GenerateEvent) => {
        if (event.type === 'start' && pid !== undefined) process.kill(pid, 'SIGSTOP');
      };
      const started = performance.now();
      const held = ask(model, 'Long.', { maxTokens: 1500, onEvent: stop });
      const failed = expect(held).rejects.toMatchObject({
        code: 'engine_failed',
        message: expect.stringContaining('no sign of life for 3 s'),
      });
      await expect.poll(() => model.report().isDown, { timeout: 10_000 }).toBe(true);
      await failed;
      expect(performance.now() - started).toBeLessThan(12_000);
      expect((await ask(model, 'New.')).tokens).toBe(8);
      expect(model.pid).not.toBe(pid);
      expect(model.report()).toMatchObject({ isDown: false, restarts: 1 });
    },
    60_000,
  );

  it('restarts immediately after the first crash, and after a pause when it crashes again', async () => {
    const model = open();
    await model.ready();
    const { pid } = model;
    const kill = () => {
      if (model.pid !== undefined) process.kill(model.pid, 'SIGKILL');
    };
    kill();
    await expect.poll(() => model.pid !== undefined && model.pid !== pid, { timeout: 3000 }).toBe(true);
    await model.ready();
    kill();
    await expect.poll(() => model.pid, { timeout: 3000 }).toBe(undefined);
    const pending = ask(model, 'After the pause.');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(model.pid).toBe(undefined);
    expect((await pending).tokens).toBe(8);
  });

  it('exits when its server is killed', async () => {
    const url = new URL('./testing/hold-model.ts', import.meta.url);
    const server = spawn(process.execPath, [fileURLToPath(url), path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(pid).toBeGreaterThan(0);
    server.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 3000 }).toBe(false);
  });

  it('ignores SIGINT, which a terminal sends to the whole process group', async () => {
    const model = open();
    await model.ready();
    const { pid } = model;
    if (pid !== undefined) process.kill(pid, 'SIGINT');
    expect((await ask(model, 'Still there?')).tokens).toBe(8);
    expect(model.pid).toBe(pid);
  });

  it('increases the restart pause after each consecutive crash up to 30 s', () => {
    expect([1, 2, 3, 4, 8, 20].map(restartPauseMs)).toEqual([0, 500, 1000, 2000, 30_000, 30_000]);
  });
});

it('serves other requests while the schema of a request is converted', async () => {
  const converted = Promise.withResolvers<SchemaBodies>();
  const convert = async (schemas: readonly unknown[]) =>
    schemas.length === 0 ? { rules: [], roots: [], ignored: [] } : await converted.promise;
  const model = open({ schemas: { convert } });
  const held = ask(model, 'x', { format: { type: 'json_schema', schema: {}, param: 'p' } });
  expect((await ask(model, 'x')).tokens).toBe(8);
  expect((await ask(model, 'x', { format: { type: 'json_object' } })).text).toMatch(/^\{/);
  converted.resolve({ rules: [['yes', '"yes"']], roots: ['yes'], ignored: [] });
  expect((await held).text).toBe('yes');
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it('refuses messages if the model has no chat template, and continues raw prompts', async () => {
  const noTemplate = join(folder, 'no-template.gguf');
  await writeTinyModel(noTemplate, { chatTemplate: 'none' });
  const model = open({ path: noTemplate });
  await expect(ask(model, 'Hi')).rejects.toMatchObject({
    status: 400,
    param: 'messages',
    message: expect.stringContaining("'tiny' has no chat template"),
  });
  const sampling = { temperature: 0, topP: 1 };
  const how = { signal: new AbortController().signal, priority: 'online' } as const;
  const finish = await Array.fromAsync(model.doGenerate({ prompt: 'the cat', maxTokens: 3, sampling }, how));
  expect(finish.at(-1)).toMatchObject({ type: 'finish', reason: 'length' });
});

describe('models that cannot be loaded', () => {
  const broken = join(folder, 'broken.gguf');
  const cut = join(folder, 'cut.gguf');
  const cutEarly = join(folder, 'cut-early.gguf');
  const wrongLength = join(folder, 'wrong-length.gguf');
  const foreign = join(folder, 'foreign.gguf');
  const huge = join(folder, 'huge.gguf');
  beforeAll(async () => {
    writeFileSync(broken, 'GGUF by its first letters only, and then no more');
    const whole = readFileSync(path);
    writeFileSync(cut, whole.subarray(0, 500_000));
    writeFileSync(cutEarly, whole.subarray(0, 400));
    const damaged = Buffer.from(whole);
    // Offset 24 is the length of the first key.
    damaged.writeBigUInt64LE(2n ** 40n, 24);
    writeFileSync(wrongLength, damaged);
    writeFileSync(foreign, Buffer.from(whole.toString('latin1').replaceAll('llama', 'drama'), 'latin1'));
    await writeTinyModel(huge, { contextTokens: 2 ** 30 });
  });

  it.each([
    ['is missing', { path: join(folder, 'nothing.gguf') }, /file of 'tiny' cannot be loaded: it is not there/],
    ['is not what it seems', { path: broken }, /file of 'tiny' is a GGUF file of version/],
    ['is cut off', { path: cut }, /file of 'tiny' cannot be loaded: it is damaged/],
    ['is cut off in its metadata', { path: cutEarly }, /file of 'tiny' cannot be loaded: it is damaged/],
    ['has a damaged length in its metadata', { path: wrongLength }, /file of 'tiny' /],
    ['has another architecture', { path: foreign }, /file of 'tiny' cannot be loaded: it is .*of a kind/],
    ['has a broken chat template', { chatTemplate: '{% if %}' }, /template of 'tiny' cannot be read/],
  ])('reports a model whose file %s without paths, and logs the details', async (_, options, message) => {
    const logged: object[] = [];
    const model = open({ ...options, log: { ...silentLog, error: (fields) => logged.push(fields) } });
    const error = { code: 'model_unavailable', status: 503, message: expect.stringMatching(message) };
    const answer = ask(model, 'Hi');
    await Promise.all([model.ready(), answer].map((failing) => expect(failing).rejects.toMatchObject(error)));
    const reported = String(await model.ready().catch((refused: Error) => refused.message));
    expect(reported).not.toMatch(/RangeError|offset|\.gguf|[\\/]/);
    const failure = expect.objectContaining({ code: 'model_unusable' });
    expect(logged).toContainEqual(expect.objectContaining({ failure }));
  });

  it('refuses to load a model that needs more memory than available', async () => {
    // The tiny model needs slightly more than 1 KiB per token of context.
    const contextTokens = Math.ceil(totalmem() / 1024 / 2);
    const model = open({ path: huge, contextTokens, parallelRequests: 2 });
    await expect(model.ready()).rejects.toMatchObject({ code: 'insufficient_memory', status: 503 });
  });

  it('tries to load a model again for the next request', async () => {
    const late = join(folder, 'late.gguf');
    const model = open({ path: late });
    await expect(model.ready()).rejects.toMatchObject({ code: 'model_unavailable' });
    await writeTinyModel(late);
    expect((await ask(model, 'Hi')).tokens).toBe(8);
  });
});

describe('concurrent requests', () => {
  it('frees all slots when 64 concurrent requests are aborted at random times', async () => {
    const model = open({ parallelRequests: 4 });
    await model.ready();
    let served = 0;
    const storm = Array.from({ length: 64 }, async (_, index) => {
      const controller = new AbortController();
      // A third aborts while waiting or evaluating the prompt, a third during the answer, a third completes.
      const abortAt = index % 3 === 1 ? (index * 7) % 40 : Number.POSITIVE_INFINITY;
      if (index % 3 === 0) setTimeout(() => controller.abort(new Error('aborted')), (index * 13) % 300);
      let seen = 0;
      const onEvent = () => {
        if (++seen > abortAt) controller.abort(new Error('aborted'));
      };
      const content = `Request ${index}. ${'And so on. '.repeat(index % 20)}`;
      const sampling = { temperature: 1, topP: 0.9 };
      return ask(model, content, { maxTokens: 60, sampling, signal: controller.signal, onEvent }).then(
        (result) => {
          expect(result.tokens).toBe(60);
          served += 1;
        },
        (error: Error) => expect(error.message).toBe('aborted'),
      );
    });
    await Promise.all(storm);
    expect(served).toBeGreaterThanOrEqual(20);
    const started = performance.now();
    const after = await Promise.all(Array.from({ length: 4 }, () => ask(model, 'After the storm.')));
    expect(after.map((result) => result.tokens)).toEqual([8, 8, 8, 8]);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
