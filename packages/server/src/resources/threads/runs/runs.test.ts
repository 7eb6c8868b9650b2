import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../../../testing/request.ts';
import { untilValue } from '../../../../../../testing/until.ts';
import { startTestServer, type TestServer } from '../../../start/testing/test-server.ts';

let server: TestServer;
let assistant: string;

beforeAll(async () => {
  server = await startTestServer();
  assistant = (await call('POST', '/assistants', { model: 'scripted', instructions: 'Echo.' })).body.id;
});

afterAll(() => server.close());

// biome-ignore lint/suspicious/noExplicitAny: the tests check the shape of responses.
type Body = any;

const call = (method: string, path: string, body?: unknown) => server.request<Body>(method, `/v1${path}`, body);

async function createThread(content: string): Promise<string> {
  return (await call('POST', '/threads', { messages: [{ role: 'user', content }] })).body.id;
}

const run = async (thread: string, body: object = {}) =>
  (await call('POST', `/threads/${thread}/runs`, { assistant_id: assistant, ...body })).body;

/** Waits until no worker works on the run. */
async function settled(thread: string, id: string): Promise<Body> {
  const retrieve = async () => (await call('GET', `/threads/${thread}/runs/${id}`)).body;
  const isSettled = ({ status }: Body) => !['queued', 'in_progress', 'cancelling'].includes(status);
  return untilValue(retrieve, isSettled, { timeoutMs: 15_000, intervalMs: 10 });
}

describe('runs', () => {
  it('completes a run with a message and its usage', async () => {
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

  it('continues a run when its reader disconnects', async () => {
    const thread = await createThread('@script {"tokens":30,"delayMs":10}\nword');
    const reader = new AbortController();
    const stream = await sendRequest(`${server.url}/v1/threads/${thread}/runs`, {
      body: { assistant_id: assistant, stream: true },
      signal: reader.signal,
    });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    await stream.body?.getReader().read();
    reader.abort();
    const [made] = (await call('GET', `/threads/${thread}/runs`)).body.data;
    expect((await settled(thread, made.id)).usage.completion_tokens).toBe(30);
  });

  const FUNCTION = { type: 'function', function: { name: 'add' } };

  it.each([
    [{ assistant_id: 'asst_none' }, 404, 'assistant_id'],
    [{ assistant_id: undefined }, 400, 'assistant_id'],
    [{ model: 'none-such' }, 404, 'model'],
    [{ tools: [{ type: 'retrieval' }] }, 400, 'tools[0].type'],
    [{ tools: Array.from({ length: 21 }, () => FUNCTION) }, 400, 'tools'],
    [{ tools: [FUNCTION, FUNCTION] }, 400, 'tools[1].function.name'],
    [{ tool_choice: 'required' }, 400, 'tool_choice'],
    [{ tools: [FUNCTION], tool_choice: { type: 'function', function: { name: 'sub' } } }, 400, 'tool_choice'],
    [{ tools: [FUNCTION], tool_choice: { type: 'function' } }, 400, 'tool_choice.function'],
    [{ tool_choice: { type: 'file_search' } }, 400, 'tool_choice'],
    [{ tool_choice: { type: 'code_interpreter' } }, 400, 'tool_choice'],
    [
      { tools: [{ type: 'file_search' }, { type: 'function', function: { name: 'file_search' } }] },
      400,
      'tools[1].function.name',
    ],
    [{ max_prompt_tokens: 255 }, 400, 'max_prompt_tokens'],
    [{ max_completion_tokens: 255 }, 400, 'max_completion_tokens'],
    [{ truncation_strategy: { type: 'last_messages' } }, 400, 'truncation_strategy.last_messages'],
    [{ truncation_strategy: { type: 'auto', last_messages: 3 } }, 400, 'truncation_strategy.last_messages'],
    [{ temperature: 2.1 }, 400, 'temperature'],
    [{ response_format: { type: 'json_object' } }, 400, 'response_format'],
    [{ additional_messages: [{ role: 'system', content: 'a' }] }, 400, 'additional_messages[0].role'],
    [{ file_ids: [] }, 400, 'file_ids'],
  ])('refuses a run with %j', async (fields, status, param) => {
    const thread = await createThread('hello');
    const body = { assistant_id: assistant, ...fields };
    const answer = await call('POST', `/threads/${thread}/runs`, body);
    expect([answer.status, answer.body.error?.param]).toEqual([status, param]);
    const streamed = await call('POST', `/threads/${thread}/runs`, { ...body, stream: true });
    expect([streamed.status, streamed.body.error?.param]).toEqual([status, param]);
    expect((await call('GET', `/threads/${thread}/runs`)).body.data).toEqual([]);
    expect((await call('GET', `/threads/${thread}/messages`)).body.data).toHaveLength(1);
  });

  it('returns 404 for a run of another thread', async () => {
    const [thread, other] = [await createThread('hello'), await createThread('hello')];
    const { id } = await run(thread);
    await settled(thread, id);
    for (const path of [
      `/threads/${other}/runs/${id}`,
      `/threads/${thread}/runs/run_none`,
      `/threads/thread_none/runs/${id}`,
    ]) {
      expect((await call('GET', path)).status).toBe(404);
      expect((await call('GET', `${path}/steps`)).status).toBe(404);
      expect((await call('POST', `${path}/cancel`, {})).status).toBe(404);
    }
    expect((await call('GET', `/threads/${thread}/runs/${id}/steps/step_none`)).status).toBe(404);
    const page = (await call('GET', `/threads/${thread}/runs/${id}/steps?include[]=nonsense`)).body;
    expect(page.error.param).toBe('include[0]');
  });
});
