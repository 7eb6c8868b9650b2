/** Irregular answers of an upstream as a client of the complete server receives them through each endpoint. */
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';
import {
  ODD_COMPLETIONS,
  ODD_STREAMS,
  type OddStream,
  type OddUpstream,
  startOddUpstream,
} from './testing/odd-upstream.ts';
import { ODD_VECTORS } from './testing/odd-vectors.ts';

let upstream: OddUpstream;
let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  upstream = await startOddUpstream();
  const models = [
    { id: 'far', upstreamId: 'theirs' },
    { id: 'far-embedding', upstreamId: 'their-embedding', kind: 'embedding' },
  ];
  const upstreams = [{ name: 'far', urls: [upstream.url], models, features: ['completion', 'logprobs'] }];
  server = await startTestServer({ scripted: 'false', upstreams: JSON.stringify(upstreams) });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(async () => {
  await server.close();
  await upstream.close();
});

const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const TOOLS = [
  { type: 'function' as const, function: { name: 'ping' } },
  { type: 'function' as const, function: { name: 'get', parameters } },
];
const asks = ({ name }: OddStream) => ({
  model: 'far',
  messages: [{ role: 'user' as const, content: `@odd ${name}` }],
  tools: TOOLS,
});
/** The body of the last request that the upstream received. */
const lastBody = () => upstream.requests.at(-1)?.body ?? {};

interface Seen {
  text: string;
  calls: [string, string][];
  reason: string | null | undefined;
}

const rightOf = ({ right }: OddStream): Seen => ({
  text: right.text ?? '',
  calls: (right.calls ?? []).map(([name, text]) => [name, text]),
  reason: right.finish_reason,
});

const failureOf = ({ right }: OddStream) =>
  right.error === undefined ? undefined : { code: 'upstream_failed', message: expect.stringContaining(right.error) };

async function seenPlain(stream: OddStream): Promise<Seen> {
  const { choices, usage } = await client.chat.completions.create(asks(stream));
  const [choice] = choices;
  const { usage: counted } = stream.right;
  if (typeof counted === 'object') {
    expect(usage).toMatchObject({ prompt_tokens: counted[0], completion_tokens: counted[1] });
  }
  for (const count of [usage?.prompt_tokens, usage?.completion_tokens, usage?.total_tokens]) {
    expect(count).toSatisfy((each) => Number.isInteger(each) && Number(each) >= 0);
  }
  return {
    text: choice?.message.content ?? '',
    calls: (choice?.message.tool_calls ?? []).map((call) =>
      call.type === 'function' ? [call.function.name, call.function.arguments] : ['', ''],
    ),
    reason: choice?.finish_reason,
  };
}

/** Folds a stream like the official client, for which a call is complete when the next one starts. */
async function seenStreamed(stream: OddStream): Promise<Seen> {
  const done: [string, string][] = [];
  const runner = client.chat.completions
    .stream(asks(stream))
    .on('tool_calls.function.arguments.done', ({ name, arguments: text }) => done.push([name, text]));
  const completion = await runner.finalChatCompletion();
  const [choice] = completion.choices;
  const calls = (choice?.message.tool_calls ?? []).map((call): [string, string] =>
    call.type === 'function' ? [call.function.name, call.function.arguments] : ['', ''],
  );
  expect(done).toEqual(calls);
  return { text: choice?.message.content ?? '', calls, reason: choice?.finish_reason };
}

describe('a chat completion of an odd upstream', () => {
  it.each(ODD_STREAMS)('returns the right answer or a clear error for an odd upstream: $name', async (stream) => {
    const failure = failureOf(stream);
    for (const see of [seenPlain, seenStreamed]) {
      if (failure === undefined) expect(await see(stream)).toEqual(rightOf(stream));
      else await expect(see(stream)).rejects.toMatchObject(failure);
    }
  });
});

describe('a legacy completion of an odd upstream', () => {
  it.each(ODD_COMPLETIONS)('returns the right answer or a clear error for an odd upstream: $name', async (stream) => {
    const ask = { model: 'far', prompt: `@odd ${stream.name}` };
    const plain = async () => (await client.completions.create(ask)).choices[0];
    const streamed = async () => {
      const seen = { text: '', finish_reason: null as string | null };
      for await (const { choices } of await client.completions.create({ ...ask, stream: true })) {
        seen.text += choices[0]?.text ?? '';
        seen.finish_reason = choices[0]?.finish_reason ?? seen.finish_reason;
      }
      return seen;
    };
    const failure = failureOf(stream);
    const { text, finish_reason } = stream.right;
    for (const see of [plain, streamed]) {
      if (failure === undefined) expect(await see()).toMatchObject({ text, finish_reason });
      else await expect(see()).rejects.toMatchObject(failure);
    }
  });
});

describe('a run of an odd upstream', () => {
  let assistant: OpenAI.Beta.Assistant;
  beforeAll(async () => {
    assistant = await client.beta.assistants.create({ model: 'far', tools: TOOLS });
  });

  it.each(ODD_STREAMS)('completes a run on an odd upstream or fails it with a clear error: $name', async (stream) => {
    const messages = [{ role: 'user' as const, content: `@odd ${stream.name}` }];
    const asked = { assistant_id: assistant.id, thread: { messages } };
    const run = await client.beta.threads.createAndRunPoll(asked, { pollIntervalMs: 10 });
    const { text, calls, error, finish_reason } = stream.right;
    if (error !== undefined) {
      expect(run).toMatchObject({ status: 'failed', last_error: { message: expect.stringContaining(error) } });
    } else if (calls !== undefined) {
      expect(run.status).toBe('requires_action');
      const waiting = run.required_action?.submit_tool_outputs.tool_calls ?? [];
      expect(waiting.map((call) => [call.function.name, call.function.arguments])).toEqual(calls);
      const outputs = waiting.map(({ id }) => ({ tool_call_id: id, output: 'done' }));
      const answered = await client.beta.threads.runs.submitToolOutputsAndPoll(
        run.id,
        { thread_id: run.thread_id, tool_outputs: outputs },
        { pollIntervalMs: 10 },
      );
      expect(answered.status).toBe('completed');
    } else {
      expect(run.status).toBe(finish_reason === 'length' ? 'incomplete' : 'completed');
      const { data } = await client.beta.threads.messages.list(run.thread_id, { run_id: run.id });
      expect(data[0]?.content).toMatchObject([{ type: 'text', text: { value: text } }]);
    }
  });
});

describe('embeddings of an odd upstream', () => {
  it.each(Object.entries(ODD_VECTORS))(
    'returns the right embeddings or a clear error for an odd upstream: %s',
    async (name, { error }) => {
      const ask = (encoding_format: 'float' | 'base64') =>
        client.embeddings.create({ model: 'far-embedding', input: [`@odd ${name}`, 'b', 'c'], encoding_format });
      if (error !== undefined) {
        const failure = { status: 502, code: 'upstream_failed', message: expect.stringContaining(error) };
        for (const format of ['float', 'base64'] as const) await expect(ask(format)).rejects.toMatchObject(failure);
        return;
      }
      const { data, usage } = await ask('float');
      expect(data.map(({ index }) => index)).toEqual([0, 1, 2]);
      for (const [at, { embedding }] of data.entries()) {
        for (const [index, value] of [3, 4, at].entries()) {
          expect(embedding[index]).toBeCloseTo(value / Math.hypot(3, 4, at), 5);
        }
      }
      expect(usage.prompt_tokens).toBeGreaterThan(0);
    },
  );
});

describe('what reaches an upstream', () => {
  const stream = { stream: true, stream_options: { include_usage: true } };
  const messages = [{ role: 'user' as const, content: 'Hi' }];
  const chat = { model: 'theirs', messages, ...stream };

  it('sends no parameter that a chat request does not set', async () => {
    await client.chat.completions.create({ model: 'far', messages });
    expect(lastBody()).toEqual(chat);
    await client.chat.completions.create({ model: 'far', messages, n: 2 });
    expect(lastBody()).toEqual(chat);
    const tool = { type: 'function' as const, function: { name: 'ping' } };
    await client.chat.completions.create({ model: 'far', messages, tools: [tool] });
    expect(lastBody()).toEqual({ ...chat, tools: [tool] });
  });

  it('sends every parameter of a chat request, including defaults and zeros', async () => {
    const asked = {
      temperature: 1,
      top_p: 1,
      frequency_penalty: 0,
      presence_penalty: 0,
      seed: 0,
      stop: ['x'],
      user: 'u',
      parallel_tool_calls: true,
      tools: [{ type: 'function' as const, function: { name: 'ping', strict: false } }],
    };
    await client.chat.completions.create({ model: 'far', messages, ...asked, max_tokens: 9 });
    expect(lastBody()).toEqual({ ...chat, ...asked, max_tokens: 9 });
    const schema = { type: 'object', properties: {} };
    const json_schema = { name: 'weather', description: 'd', schema };
    const format = { type: 'json_schema' as const, json_schema };
    // The answer is not JSON, which another test covers.
    await client.chat.completions.create({ model: 'far', messages, response_format: format }).catch(() => undefined);
    expect(lastBody()).toEqual({ ...chat, response_format: format });
  });

  it('sends only the parameters of a legacy completion and the default limit of the API', async () => {
    await client.completions.create({ model: 'far', prompt: 'Hi' });
    expect(lastBody()).toEqual({ model: 'theirs', prompt: 'Hi', max_tokens: 16, ...stream });
  });

  it('sends no parameter that an embedding request does not set', async () => {
    await client.embeddings.create({ model: 'far-embedding', input: 'Hi' });
    expect(lastBody()).toEqual({ model: 'their-embedding', input: ['Hi'] });
  });

  it('sends no parameter that neither the run nor its assistant sets', async () => {
    const bodyOf = async (ofAssistant: object, ofRun: object) => {
      const { id } = await client.beta.assistants.create({ model: 'far', ...ofAssistant });
      const run = { assistant_id: id, thread: { messages }, ...ofRun };
      expect(await client.beta.threads.createAndRunPoll(run, { pollIntervalMs: 10 })).toMatchObject({
        status: 'completed',
        parallel_tool_calls: true,
      });
      return lastBody();
    };
    expect(await bodyOf({}, {})).toEqual(chat);
    expect(await bodyOf({ temperature: 0.5 }, { top_p: 1 })).toEqual({ ...chat, temperature: 0.5, top_p: 1 });
  });

  it('shows an assistant and a run without settings with the defaults of the API', async () => {
    const { id, temperature, top_p } = await client.beta.assistants.create({ model: 'far' });
    expect([temperature, top_p]).toEqual([1, 1]);
    const run = await client.beta.threads.createAndRunPoll({ assistant_id: id, thread: { messages } });
    expect([run.temperature, run.top_p, run.parallel_tool_calls]).toEqual([1, 1, true]);
  });
});
