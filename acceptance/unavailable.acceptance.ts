/** The official client with a server that is not ready, overloaded or restarting. */
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

  it('a server without a model is alive but not ready, and names the missing model', async () => {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${server.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ reason: expect.stringMatching(/selfsame pull/) });
  });

  describe.each(GENERATIONS)('$name', ({ Client }) => {
    it('a server without a model lists no models', async () => {
      expect((await new Client({ baseURL: server.baseURL, apiKey: 'any' }).models.list()).data).toEqual([]);
    });

    it('returns status 503 with the reason while no model is installed', async () => {
      const client = new Client({ baseURL: server.baseURL, apiKey: 'any', maxRetries: 0 });
      const error = await failureOf(client.chat.completions.create(hello));
      expect(error).toBeInstanceOf(Client.InternalServerError);
      expect(error).toMatchObject({ status: 503, code: 'model_unavailable', param: 'model' });
      expect(String(error)).toContain('selfsame pull');
    });

    it('the client does not delay its retries for a model that is not installed', async () => {
      const client = new Client({ baseURL: server.baseURL, apiKey: 'any' });
      const started = performance.now();
      expect(await failureOf(client.chat.completions.create(hello))).toMatchObject({ status: 503 });
      expect(performance.now() - started).toBeLessThan(10_000);
    });
  });
});

describe('a server whose queue is full', () => {
  /** More than the 4 running and 256 waiting requests of the scripted engine. */
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

  it.each(GENERATIONS)('returns a RateLimitError with a retry time to $name', async ({ Client }) => {
    const failures = (await crowd(Client, 0)).filter((each) => each.status === 'rejected').map((each) => each.reason);
    expect(failures.length).toBeGreaterThan(0);
    for (const error of failures) {
      expect(error).toBeInstanceOf(Client.RateLimitError);
      expect(error).toMatchObject({ status: 429, code: 'engine_overloaded' });
      expect(new Headers((error as { headers: Record<string, string> }).headers).get('retry-after')).toBe('1');
    }
  });

  it.each(GENERATIONS)('completes all requests within the default retries of $name', async ({ Client }) => {
    const outcomes = await crowd(Client, 2);
    expect(outcomes.filter((each) => each.status === 'rejected')).toEqual([]);
  });
});

describe('a server that is restarted', () => {
  const folders: string[] = [];
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

  it.each(GENERATIONS)("a restarted server is reached by the retries of $name's client", async ({ Client }) => {
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
