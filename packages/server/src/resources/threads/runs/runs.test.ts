import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../start/testing/test-server.ts';

let server: TestServer;
let assistant: string;

beforeAll(async () => {
  server = await startTestServer();
  assistant = (await call('POST', '/assistants', { model: 'scripted', instructions: 'Echo.' })).body.id;
});

afterAll(() => server.close());

// biome-ignore lint/suspicious/noExplicitAny: what is answered is what the test is about.
type Body = any;

async function call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${server.url}/v1${path}`, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

async function createThread(content: string): Promise<string> {
  return (await call('POST', '/threads', { messages: [{ role: 'user', content }] })).body.id;
}

const run = async (thread: string, body: object = {}) =>
  (await call('POST', `/threads/${thread}/runs`, { assistant_id: assistant, ...body })).body;

/** Waits until nobody works on the run any more. */
async function settled(thread: string, id: string): Promise<Body> {
  for (;;) {
    const { body } = await call('GET', `/threads/${thread}/runs/${id}`);
    if (!['queued', 'in_progress', 'cancelling'].includes(body.status)) return body;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('runs', () => {
  it('write a message, and say what it took', async () => {
    const thread = await createThread('Hello there');
    const made = await run(thread);
    expect(made).toMatchObject({ object: 'thread.run', status: 'queued', usage: null, instructions: 'Echo.' });
    const done = await settled(thread, made.id);
    expect(done).toMatchObject({ status: 'completed', last_error: null, expires_at: null });
    expect(done.usage.total_tokens).toBe(done.usage.prompt_tokens + done.usage.completion_tokens);
    const { data } = (await call('GET', `/threads/${thread}/messages`)).body;
    expect(data[0]).toMatchObject({
      role: 'assistant',
      status: 'completed',
      run_id: made.id,
      assistant_id: assistant,
      content: [{ type: 'text', text: { value: 'Hello there', annotations: [] } }],
    });
    const steps = (await call('GET', `/threads/${thread}/runs/${made.id}/steps`)).body.data;
    expect(steps).toMatchObject([
      {
        type: 'message_creation',
        status: 'completed',
        step_details: { message_creation: { message_id: data[0].id } },
        usage: done.usage,
      },
    ]);
  });
});
