import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../testing/request.ts';
import { starterCandidates } from '../models/recommend.ts';
import { readMachineCapacity } from '../models/supply/machine-capacity.ts';
import type { UsageEventRecord } from '../storage/repositories/records.ts';
import { openStorage } from './storage.ts';
import { chatBody, startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
let storage: Awaited<ReturnType<typeof openStorage>>;
beforeAll(async () => {
  server = await startTestServer();
  storage = await openStorage(server);
});
afterAll(async () => {
  await storage.repositories.close();
  await server.close();
});

async function usageAfter(act: () => Promise<unknown>): Promise<UsageEventRecord[]> {
  const { usageEvents } = storage.repositories.forProject(storage.owner.projectId);
  const list = async () => (await usageEvents.list({ limit: 10_000 })).records;
  const before = await list();
  await act();
  // Events are written in groups, within 200 ms.
  await expect.poll(async () => (await list()).length).toBeGreaterThan(before.length);
  return (await list()).slice(before.length);
}

describe('usage', () => {
  it('usage is recorded once per invocation, with the tokens of the answer', async () => {
    const events = await usageAfter(() => server.post('/v1/chat/completions', chatBody('one two three', { n: 2 })));
    expect(events).toEqual([
      expect.objectContaining({
        operationId: 'chat.completions.create',
        modelId: 'scripted',
        inputTokens: 4,
        outputTokens: 8,
        requests: 1,
        status: 200,
        apiKeyId: null,
      }),
    ]);
  });

  it('usage counts the tokens that were generated for a client that disconnected', async () => {
    const [event] = await usageAfter(async () => {
      const controller = new AbortController();
      const body = chatBody('@script {"tokens":10000,"delayMs":2}\n', { stream: true });
      const options = { body, signal: controller.signal };
      const response = await sendRequest(`${server.url}/v1/chat/completions`, options);
      const reader = response.body?.getReader();
      for (let i = 0; i < 5; i += 1) await reader?.read();
      controller.abort();
    });
    expect(event).toMatchObject({ status: 499, modelId: 'scripted' });
    expect(event?.outputTokens).toBeGreaterThan(0);
    expect(event?.outputTokens).toBeLessThan(2000);
  });

  it('usage is recorded for a request that its operation refused', async () => {
    const [event] = await usageAfter(() =>
      server.post('/v1/chat/completions', chatBody('x', { metadata: { a: 'b' } })),
    );
    expect(event).toMatchObject({ status: 400, modelId: null, inputTokens: 0, requests: 0 });
  });
});

describe('the built-in model', () => {
  it('the built-in chat model answers if no other is installed, and its label says that it is built in', async () => {
    const alone = await startTestServer({ scripted: 'false', builtIn: 'true', threads: '1' });
    expect((await fetch(`${alone.url}/readyz`)).status).toBe(200);
    const response = await alone.post('/v1/chat/completions', chatBody('repeat: blue horse', { temperature: 0 }));
    expect(await response.json()).toMatchObject({
      model: 'selfsame-nano',
      choices: [{ finish_reason: 'stop', message: { content: 'blue horse' } }],
    });
    await alone.close();
  });

  it('the built-in embedding model embeds similar texts close together', async () => {
    const alone = await startTestServer({ scripted: 'false', builtIn: 'true', threads: '1' });
    const input = ['how do i feed a kitten', 'The kitten drinks milk.', 'The train to Bern is late.'];
    const response = await alone.post('/v1/embeddings', { model: 'text-embedding-3-small', input });
    const { data } = (await response.json()) as { data: { embedding: number[] }[] };
    const [query, near, far] = data.map(({ embedding }) => embedding);
    const cosine = (other: number[] = []) => other.reduce((sum, x, i) => sum + x * (query?.[i] ?? 0), 0);
    expect(query).toHaveLength(256);
    expect(cosine(near)).toBeGreaterThan(cosine(far) + 0.1);
    await alone.close();
  });

  it('the server is ready with the built-in model while a better one is being pulled', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const hubUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const pulling = await startTestServer({ scripted: 'false', builtIn: 'true', pull: 'true', hubUrl });
    expect((await fetch(`${pulling.url}/readyz`)).status).toBe(200);
    const [starter] = starterCandidates('chat', await readMachineCapacity({ dataDir: tmpdir(), modelMemoryBytes: 0 }));
    expect((await pulling.post('/v1/chat/completions', chatBody('x', { model: starter?.id }))).status).toBe(503);
    await pulling.close();
    silent.closeAllConnections();
    silent.close();
  });
});

describe('a server that stops', () => {
  it('a connection that was never used does not delay the shutdown', async () => {
    const stopping = await startTestServer();
    const idle = connect(Number(new URL(stopping.url).port), '127.0.0.1');
    await once(idle, 'connect');
    const closed = once(idle, 'close');
    const since = performance.now();
    await Promise.all([stopping.close(), closed]);
    // Node alone would wait a minute for the headers.
    expect(performance.now() - since).toBeLessThan(20_000);
  });
});
