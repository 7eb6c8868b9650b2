import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../start/testing/test-server.ts';
import { countTokens } from '../../../tools/fit-results.ts';

const CONTENT = 'step_details.tool_calls[*].file_search.results[*].content';
const SCRIPTED_CONTEXT = 8192;
const LONGEST = { timeout: 10_000, interval: 10 };

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

/** The fields of all objects that these tests read. */
interface Body {
  id: string;
  thread_id: string;
  type: string;
  status: string;
  usage: { completion_tokens: number };
  tool_choice: unknown;
  tool_resources: { file_search: { vector_store_ids: string[] } };
  file_counts: { completed: number };
  required_action: { submit_tool_outputs: { tool_calls: { id: string }[] } };
  step_details: { tool_calls: { file_search: { results: unknown } }[] };
  content: { text: { value: string; annotations: unknown } }[];
  data: Body[];
}

interface Delta {
  delta: { content: { text: { value: string; annotations?: object[] } }[] };
}

async function call(method: string, path: string, body?: unknown, version = 'assistants=v2'): Promise<Body> {
  return (await server.request<Body>(method, `/v1${path}`, body, { 'openai-beta': version })).body;
}

const upload = (name: string, text: string) => server.upload(text, name);

/** A store with one file that has been read. */
async function storeOf(file: string): Promise<string> {
  const { id } = await call('POST', '/vector_stores', { file_ids: [file] });
  const read = async () => (await call('GET', `/vector_stores/${id}`)).file_counts.completed;
  await expect.poll(read, LONGEST).toBe(1);
  return id;
}

const ADD = { type: 'function', function: { name: 'add', parameters: { type: 'object', properties: {} } } };
const searching = (query: string, ...others: object[]) =>
  `@script ${JSON.stringify({ calls: [{ name: 'file_search', arguments: { query } }, ...others] })}\nwhen?`;

async function finish({ id, thread_id }: Body, status = 'completed'): Promise<Body> {
  const path = `/threads/${thread_id}/runs/${id}`;
  await expect.poll(async () => (await call('GET', path)).status, LONGEST).toBe(status);
  return call('GET', path);
}

describe('runs that search files', () => {
  it('returns results to the model and in a step, and cites them in the answer', async () => {
    const file = await upload('pool.md', 'The pool opens at seven.');
    const tool_resources = { file_search: { vector_store_ids: [await storeOf(file)] } };
    const tools = [{ type: 'file_search', file_search: { max_num_results: 3 } }];
    const assistant = await call('POST', '/assistants', { model: 'scripted', tools, tool_resources });
    const thread = { messages: [{ role: 'user', content: searching('When does the pool open?') }] };
    const run = await finish(await call('POST', '/threads/runs', { assistant_id: assistant.id, thread }));
    expect(run.usage.completion_tokens).toBeGreaterThan(1);
    const path = `/threads/${run.thread_id}/runs/${run.id}/steps`;
    const { data: steps } = await call('GET', `${path}?order=asc&include[]=${encodeURIComponent(CONTENT)}`);
    expect(steps.map(({ type, status }) => [type, status])).toEqual([
      ['tool_calls', 'completed'],
      ['message_creation', 'completed'],
    ]);
    const [search] = steps[0]?.step_details.tool_calls ?? [];
    const result = { file_id: file, file_name: 'pool.md', score: expect.any(Number) };
    expect(search).toEqual({
      id: expect.stringMatching(/^call_/),
      type: 'file_search',
      file_search: {
        ranking_options: { ranker: 'default_2024_08_21', score_threshold: 0 },
        results: [{ ...result, content: [{ type: 'text', text: 'The pool opens at seven.' }] }],
      },
    });
    const plain = await call('GET', `${path}/${steps[0]?.id}`);
    expect(plain.step_details.tool_calls[0]?.file_search.results).toEqual([result]);
    const [message] = (await call('GET', `/threads/${run.thread_id}/messages`)).data;
    const { value, annotations } = message?.content[0]?.text ?? {};
    // The scripted model repeats the output of the tool.
    expect(value).toBe('【0:0†pool.md】\nThe pool opens at seven.');
    expect(annotations).toEqual([
      {
        type: 'file_citation',
        text: '【0:0†pool.md】',
        start_index: 0,
        end_index: 13,
        file_citation: { file_id: file },
      },
    ]);
  });

  it('streams each citation with the text that ends its mark, equal to the stored message', async () => {
    const file = await upload('bell.md', 'The bell rings at noon.');
    const tool_resources = { file_search: { vector_store_ids: [await storeOf(file)] } };
    const assistant = await call('POST', '/assistants', {
      model: 'scripted',
      tools: [{ type: 'file_search' }],
      tool_resources,
    });
    const thread = await call('POST', '/threads', { messages: [{ role: 'user', content: searching('bell') }] });
    const response = await server.post(`/v1/threads/${thread.id}/runs`, { assistant_id: assistant.id, stream: true });
    const texts = (await response.text())
      .split('\n')
      .filter((line) => line.includes('"thread.message.delta"') && line.startsWith('data: '))
      .flatMap((line) => (JSON.parse(line.slice('data: '.length)) as Delta).delta.content)
      .map(({ text }) => text);
    const [message] = (await call('GET', `/threads/${thread.id}/messages`)).data;
    const stored = message?.content[0]?.text;
    expect(texts.map(({ value }) => value).join('')).toBe(stored?.value);
    const annotations = texts.flatMap((text) => text.annotations ?? []);
    expect(annotations).toMatchObject([{ index: 0, text: '【0:0†bell.md】', file_citation: { file_id: file } }]);
    expect(annotations).toMatchObject(stored?.annotations as object[]);
    const first = texts.findIndex((text) => (text.annotations ?? []).length > 0);
    const written = texts.slice(0, first + 1).map(({ value }) => value);
    expect(written.join('')).toContain('【0:0†bell.md】');
  });

  it('streams the search, and waits for the outputs of functions that were called beside it', async () => {
    const file = await upload('gate.txt', 'The gate is green.');
    const assistant = await call('POST', '/assistants', { model: 'scripted', tools: [{ type: 'file_search' }, ADD] });
    const attachments = [{ file_id: file, tools: [{ type: 'file_search' }] }];
    const content = searching('gate', { name: 'add', arguments: {} });
    const thread = await call('POST', '/threads', { messages: [{ role: 'user', content, attachments }] });
    const store = (await call('GET', `/threads/${thread.id}`)).tool_resources.file_search.vector_store_ids[0];
    const read = async () => (await call('GET', `/vector_stores/${store}`)).file_counts.completed;
    await expect.poll(read, LONGEST).toBe(1);
    const response = await server.post(`/v1/threads/${thread.id}/runs`, {
      assistant_id: assistant.id,
      stream: true,
    });
    const said = await response.text();
    expect(said).toContain('"tool_calls":[{"index":0,"id":"call_');
    expect(said).toContain('"type":"file_search","file_search":{}}]');
    const [run] = (await call('GET', `/threads/${thread.id}/runs`)).data;
    const waiting = run?.required_action.submit_tool_outputs.tool_calls;
    expect(waiting).toMatchObject([{ type: 'function', function: { name: 'add' } }]);
    const tool_outputs = [{ tool_call_id: waiting?.[0]?.id, output: '3' }];
    await call('POST', `/threads/${thread.id}/runs/${run?.id}/submit_tool_outputs`, { tool_outputs });
    if (run !== undefined) await finish(run);
    const steps = (await call('GET', `/threads/${thread.id}/runs/${run?.id}/steps?order=asc`)).data;
    expect(steps[0]?.step_details.tool_calls).toMatchObject([
      { type: 'file_search', file_search: { results: [{ file_id: file }] } },
      { type: 'function', function: { output: '3' } },
    ]);
  });

  it('limits the results of all searches of a run to a quarter of the context', async () => {
    const lines = Array.from(
      { length: 3000 },
      (_, i) => `Rule ${i}: the gate of yard ${i} is green and opens at ${i % 24}.`,
    );
    const file = await upload('rules.txt', lines.join('\n'));
    const tool_resources = { file_search: { vector_store_ids: [await storeOf(file)] } };
    const tools = [{ type: 'file_search', file_search: { max_num_results: 50 } }];
    const assistant = await call('POST', '/assistants', { model: 'scripted', tools, tool_resources });
    const search = { name: 'file_search', arguments: { query: 'gate of yard 7' } };
    const thread = { messages: [{ role: 'user', content: searching('gate of yard 7', search, search) }] };
    const run = await finish(await call('POST', '/threads/runs', { assistant_id: assistant.id, thread }));
    const path = `/threads/${run.thread_id}`;
    const { data: steps } = await call('GET', `${path}/runs/${run.id}/steps?order=asc`);
    const calls = (steps[0]?.step_details.tool_calls ?? []) as { file_search: { results: object[] } }[];
    const counts = calls.map(({ file_search: { results } }) => results.length);
    expect(counts[0]).toBeGreaterThanOrEqual(3);
    expect(counts[0]).toBeLessThan(10);
    const [message] = (await call('GET', `${path}/messages`)).data;
    const { value = '', annotations = [] } = (message?.content[0]?.text ?? {}) as {
      value?: string;
      annotations?: object[];
    };
    // The scripted model repeats the last output.
    expect(value).toMatch(/^There is no room for more results/);
    expect(annotations).toEqual([]);
    const once = { messages: [{ role: 'user', content: searching('gate of yard 7') }] };
    const second = await finish(await call('POST', '/threads/runs', { assistant_id: assistant.id, thread: once }));
    const [answer] = (await call('GET', `/threads/${second.thread_id}/messages`)).data;
    const text = answer?.content[0]?.text;
    expect(countTokens(text?.value ?? '')).toBeLessThanOrEqual(SCRIPTED_CONTEXT / 4);
    expect(text?.annotations).toHaveLength(counts[0] ?? 0);
  });

  it('returns that nothing was found without a store, and shows a retrieval step in v1', async () => {
    const assistant = await call(
      'POST',
      '/assistants',
      { model: 'scripted', tools: [{ type: 'retrieval' }] },
      'assistants=v1',
    );
    const thread = { messages: [{ role: 'user', content: searching('x') }] };
    const run = await finish(await call('POST', '/threads/runs', { assistant_id: assistant.id, thread }));
    const path = `/threads/${run.thread_id}`;
    const [message] = (await call('GET', `${path}/messages`)).data;
    expect(message?.content[0]?.text).toEqual({ value: 'Nothing was found.', annotations: [] });
    const steps = (await call('GET', `${path}/runs/${run.id}/steps?order=asc`, undefined, 'assistants=v1')).data;
    expect(steps[0]?.step_details.tool_calls).toEqual([
      { id: expect.stringMatching(/^call_/), type: 'retrieval', retrieval: {} },
    ]);
  });

  it('searches once for a required search, then answers', async () => {
    const assistant = await call('POST', '/assistants', { model: 'scripted', tools: [{ type: 'file_search' }] });
    const run = await call('POST', '/threads/runs', {
      assistant_id: assistant.id,
      tool_choice: { type: 'file_search' },
      thread: { messages: [{ role: 'user', content: searching('x') }] },
    });
    expect((await finish(run)).tool_choice).toEqual({ type: 'file_search' });
  });
});
