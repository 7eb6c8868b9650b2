/** A server that cannot answer yet, or is away for a moment: what the official client makes of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientClass, failureOf, GENERATIONS } from './openai-clients.ts';
import { type ServerProcess, startServer } from './server.ts';

const hello = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Hello' }] };

describe('a server without a model', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer({ until: 'listening' });
  });
  afterAll(() => server.stop());

  it('lives, is not ready, and says what is missing', async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${server.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ reason: expect.stringMatching(/selfsame pull/) });
  });

  describe.each(GENERATIONS)('$name', ({ Client }) => {
    it('lists nothing', async () => {
      expect((await new Client({ baseURL: server.baseURL, apiKey: 'any' }).models.list()).data).toEqual([]);
    });

    it('is told 503 with the reason', async () => {
      const client = new Client({ baseURL: server.baseURL, apiKey: 'any', maxRetries: 0 });
      const error = await failureOf(client.chat.completions.create(hello));
      expect(error).toBeInstanceOf(Client.InternalServerError);
      expect(error).toMatchObject({ status: 503, code: 'model_unavailable', param: 'model' });
      expect(String(error)).toContain('selfsame pull');
    });

    it('does not let its retries wait for what will not come by waiting', async () => {
      const client = new Client({ baseURL: server.baseURL, apiKey: 'any' });
      const started = performance.now();
      expect(await failureOf(client.chat.completions.create(hello))).toMatchObject({ status: 503 });
      expect(performance.now() - started).toBeLessThan(10_000);
    });
  });
});

describe('a server whose queue is full', () => {
  /** More than the scripted engine answers and lets wait, which is 4 and 256. */
  const CROWD = 300;
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServer({ settings: { SELFSAME_SCRIPTED: 'true' } });
  });
  afterAll(() => server.stop());

  const crowd = async (Client: ClientClass, maxRetries: number) => {
    const client = new Client({ baseURL: server.baseURL, apiKey: 'any', maxRetries });
    const content = '@script {"tokens":2,"delayMs":5}\nHello';
    const calls = Array.from({ length: CROWD }, () =>
      client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] }),
    );
    return Promise.allSettled(calls);
  };

  it.each(GENERATIONS)('tells $name by RateLimitError with a time', async ({ Client }) => {
    const failures = (await crowd(Client, 0)).filter((each) => each.status === 'rejected').map((each) => each.reason);
    expect(failures.length).toBeGreaterThan(0);
    for (const error of failures) {
      expect(error).toBeInstanceOf(Client.RateLimitError);
      expect(error).toMatchObject({ status: 429, code: 'engine_overloaded' });
      expect(new Headers((error as { headers: Record<string, string> }).headers).get('retry-after')).toBe('1');
    }
  });

  it.each(GENERATIONS)('answers all of them within the usual retries of $name', async ({ Client }) => {
    const outcomes = await crowd(Client, 2);
    expect(outcomes.filter((each) => each.status === 'rejected')).toEqual([]);
  });
});

describe('a server that is restarted', () => {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  it.each(GENERATIONS)("is reached again by the retries of $name's client", async ({ Client }) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'selfsame-acceptance-'));
    folders.push(dataDir);
    const first = await startServer({ dataDir, settings: { SELFSAME_SCRIPTED: 'true' } });
    const client = new Client({ baseURL: first.baseURL, apiKey: 'any', maxRetries: 6 });
    await client.models.list();
    await first.end('SIGTERM');
    const answer = client.chat.completions.create(hello);
    const second = await startServer({
      dataDir,
      settings: { SELFSAME_SCRIPTED: 'true', SELFSAME_PORT: new URL(first.url).port },
    });
    try {
      expect((await answer).choices[0]?.message.content).toBe('Hello');
    } finally {
      await second.stop();
    }
  });
});
