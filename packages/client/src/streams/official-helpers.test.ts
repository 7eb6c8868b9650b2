/**
 * The accumulated streams emit the same events, with the same arguments and in the same order, as the official helpers.
 */
import OpenAI from 'openai';
import { afterEach, expect, it } from 'vitest';
import { Selfsame } from '../index.ts';
import { type EchoServer, startEchoServer } from '../testing/echo-server.ts';

let server: EchoServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

interface Listening {
  on(name: string, listener: (...words: unknown[]) => void): unknown;
  done(): Promise<void>;
}

interface Emitted {
  name: string;
  words: unknown[];
}

async function recordEvents(stream: unknown, names: readonly string[]): Promise<Emitted[]> {
  const emitted: Emitted[] = [];
  const listening = stream as Listening;
  for (const name of names) {
    listening.on(name, (...words) => emitted.push({ name, words: toPlain(words) as unknown[] }));
  }
  await listening.done().catch(() => emitted.push({ name: 'rejected', words: [] }));
  return emitted;
}

/** Without fields that only helpers for parsed outputs set, and without absent values. */
const PARSED = new Set(['parsed', 'parsed_arguments', 'output_parsed']);
const toPlain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, each) => (PARSED.has(key) ? undefined : each)));

async function compare(
  events: readonly { event?: string; data: unknown }[],
  names: readonly string[],
  open: (client: OpenAI | Selfsame) => unknown,
): Promise<Emitted[]> {
  const body = [
    ...events.map(
      ({ event, data }) => `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`,
    ),
    'data: [DONE]\n\n',
  ].join('');
  server = await startEchoServer(() => ({ headers: { 'content-type': 'text/event-stream' }, body }));
  const official = new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 0 });
  const ours = new Selfsame({ auth: { token: 'k' }, validation: false }, server.url);
  const expected = await recordEvents(open(official), names);
  const actual = await recordEvents(open(ours), names);
  await ours.close();
  expect(actual.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
  expect(actual).toEqual(expected);
  expect(actual.length).toBeGreaterThan(3);
  return actual;
}

const CHAT_EVENTS = [
  'connect',
  'chunk',
  'content',
  'content.delta',
  'content.done',
  'refusal.delta',
  'refusal.done',
  'tool_calls.function.arguments.delta',
  'tool_calls.function.arguments.done',
  'logprobs.content.delta',
  'logprobs.content.done',
  'logprobs.refusal.delta',
  'logprobs.refusal.done',
  'chatCompletion',
  'message',
  'finalChatCompletion',
  'finalMessage',
  'finalContent',
  'finalFunctionToolCall',
  'totalUsage',
  'end',
];

const chunk = (choices: unknown[], more: object = {}) => ({
  data: { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices, ...more },
});
const choice = (delta: object, more: object = {}) => ({
  index: 0,
  delta,
  finish_reason: null,
  logprobs: null,
  ...more,
});
const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
const token = (text: string) => ({ token: text, logprob: -1, bytes: [1], top_logprobs: [] });

const openChat = (client: OpenAI | Selfsame) =>
  (client as OpenAI).chat.completions.stream({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });

it('a streamed text emits the events of the official helper', async () => {
  await compare(
    [
      chunk([choice({ role: 'assistant', content: '' })]),
      chunk([choice({ content: 'Hel' }, { logprobs: { content: [token('Hel')], refusal: null } })]),
      chunk([choice({ content: 'lo' }, { logprobs: { content: [token('lo')], refusal: null } })]),
      chunk([choice({}, { finish_reason: 'stop' })]),
      chunk([], { usage }),
    ],
    CHAT_EVENTS,
    openChat,
  );
});

it('a streamed refusal emits the events of the official helper', async () => {
  await compare(
    [
      chunk([choice({ role: 'assistant', refusal: 'I ' })]),
      chunk([choice({ refusal: 'refuse' }, { logprobs: { content: null, refusal: [token('refuse')] } })]),
      chunk([choice({}, { finish_reason: 'stop' })]),
    ],
    CHAT_EVENTS,
    openChat,
  );
});

it('streamed tool calls of several choices emit the events of the official helper', async () => {
  const call = (index: number, more: object) => ({ tool_calls: [{ index, ...more }] });
  await compare(
    [
      chunk([choice({ role: 'assistant', content: null })]),
      chunk([choice({ content: 'Let me see. ' })]),
      chunk([choice(call(0, { id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } }))]),
      chunk([choice(call(0, { function: { arguments: '{"a"' } }))]),
      chunk([choice({ role: 'assistant', content: 'other' }, { index: 1 })]),
      chunk([choice(call(0, { function: { arguments: ':1}' } }))]),
      chunk([choice(call(1, { id: 'call_2', type: 'function', function: { name: 'g', arguments: '{}' } }))]),
      chunk([choice({}, { finish_reason: 'tool_calls' })]),
      chunk([choice({}, { finish_reason: 'stop', index: 1 })]),
    ],
    CHAT_EVENTS,
    openChat,
  );
});

it('a stream without an end emits an error like the official helper', async () => {
  const events = await compare(
    [chunk([choice({ role: 'assistant', content: 'a' })]), chunk([choice({ content: 'b' })])],
    ['connect', 'chunk', 'chatCompletion', 'end'],
    openChat,
  );
  expect(events.at(-1)?.name).toBe('rejected');
});

const RUN_EVENTS = [
  'connect',
  'event',
  'messageCreated',
  'messageDelta',
  'messageDone',
  'textCreated',
  'textDelta',
  'textDone',
  'imageFileDone',
  'runStepCreated',
  'runStepDelta',
  'runStepDone',
  'toolCallCreated',
  'toolCallDelta',
  'toolCallDone',
  'run',
  'end',
];

const named = (event: string, data: object) => ({ event, data });
const run = (status: string, more: object = {}) =>
  named(`thread.run.${status}`, { id: 'run_1', object: 'thread.run', thread_id: 'thread_1', status, ...more });
const step = (status: string, details: object) =>
  named(`thread.run.step.${status}`, { id: 'step_1', object: 'thread.run.step', status, step_details: details });
const stepDelta = (...calls: object[]) =>
  named('thread.run.step.delta', {
    id: 'step_1',
    object: 'thread.run.step.delta',
    delta: { step_details: { type: 'tool_calls', tool_calls: calls } },
  });
const message = (status: string, content: unknown[]) =>
  named(`thread.message.${status}`, { id: 'msg_1', status, content });
const messageDelta = (...content: object[]) =>
  named('thread.message.delta', { id: 'msg_1', object: 'thread.message.delta', delta: { content } });

const openRun = (client: OpenAI | Selfsame) =>
  (client as OpenAI).beta.threads.runs.stream('thread_1', { assistant_id: 'asst_1' });

it('the messages of a streamed run emit the events of the official helper', async () => {
  const text = (index: number, value: string) => ({ index, type: 'text', text: { value } });
  await compare(
    [
      run('created'),
      run('in_progress'),
      message('created', []),
      message('in_progress', []),
      messageDelta({ index: 0, type: 'text', text: { value: 'Hel', annotations: [] } }),
      messageDelta(text(0, 'lo')),
      messageDelta({ index: 1, type: 'image_file', image_file: { file_id: 'file-1' } }),
      messageDelta({ index: 2, type: 'text', text: { value: 'bye', annotations: [] } }),
      message('completed', [
        { type: 'text', text: { value: 'Hello', annotations: [] } },
        { type: 'image_file', image_file: { file_id: 'file-1' } },
        { type: 'text', text: { value: 'bye', annotations: [] } },
      ]),
      run('completed'),
    ],
    RUN_EVENTS,
    openRun,
  );
});

it('the tool calls of a streamed run emit the events of the official helper', async () => {
  const details = (args: string) => ({
    type: 'tool_calls',
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: args, output: null } }],
  });
  await compare(
    [
      run('created'),
      step('created', { type: 'tool_calls', tool_calls: [] }),
      step('in_progress', { type: 'tool_calls', tool_calls: [] }),
      stepDelta({ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '', output: null } }),
      stepDelta({ index: 0, type: 'function', function: { arguments: '{"a"' } }),
      stepDelta({ index: 0, type: 'function', function: { arguments: ':1}' } }),
      stepDelta({ index: 1, id: 'call_2', type: 'function', function: { name: 'g', arguments: '{}', output: null } }),
      step('completed', details('{"a":1}')),
      run('completed'),
    ],
    RUN_EVENTS,
    openRun,
  );
});

it('a streamed run that needs tool outputs emits the events of the official helper', async () => {
  await compare(
    [
      run('created'),
      step('created', { type: 'tool_calls', tool_calls: [] }),
      stepDelta({ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}', output: null } }),
      run('requires_action', { required_action: { type: 'submit_tool_outputs' } }),
    ],
    RUN_EVENTS,
    openRun,
  );
});

const RESPONSE_EVENTS = [
  'connect',
  'event',
  'response.created',
  'response.in_progress',
  'response.output_item.added',
  'response.content_part.added',
  'response.output_text.delta',
  'response.output_text.done',
  'response.content_part.done',
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
  'response.output_item.done',
  'response.completed',
  'end',
];

const response = (status: string, output: unknown[]) => ({ id: 'resp_1', object: 'response', status, output });
const text = (value: string) => ({ type: 'output_text', text: value, annotations: [], logprobs: [] });
const messageItem = (status: string, content: unknown[]) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status,
  content,
});
const callItem = (status: string, args: string) => ({
  id: 'fc_1',
  type: 'function_call',
  call_id: 'call_1',
  name: 'f',
  arguments: args,
  status,
});

/** A message and a function call, as events. */
function responseEvents() {
  const done = [messageItem('completed', [text('Hello')]), callItem('completed', '{"a":1}')];
  const events = [
    { type: 'response.created', response: response('in_progress', []) },
    { type: 'response.in_progress', response: response('in_progress', []) },
    { type: 'response.output_item.added', output_index: 0, item: messageItem('in_progress', []) },
    { type: 'response.content_part.added', output_index: 0, content_index: 0, item_id: 'msg_1', part: text('') },
    { type: 'response.output_text.delta', output_index: 0, content_index: 0, item_id: 'msg_1', delta: 'Hel' },
    { type: 'response.output_text.delta', output_index: 0, content_index: 0, item_id: 'msg_1', delta: 'lo' },
    { type: 'response.output_text.done', output_index: 0, content_index: 0, item_id: 'msg_1', text: 'Hello' },
    { type: 'response.content_part.done', output_index: 0, content_index: 0, item_id: 'msg_1', part: text('Hello') },
    { type: 'response.output_item.done', output_index: 0, item: done[0] },
    { type: 'response.output_item.added', output_index: 1, item: callItem('in_progress', '') },
    { type: 'response.function_call_arguments.delta', output_index: 1, item_id: 'fc_1', delta: '{"a"' },
    { type: 'response.function_call_arguments.delta', output_index: 1, item_id: 'fc_1', delta: ':1}' },
    { type: 'response.function_call_arguments.done', output_index: 1, item_id: 'fc_1', arguments: '{"a":1}' },
    { type: 'response.output_item.done', output_index: 1, item: done[1] },
    { type: 'response.completed', response: response('completed', done) },
  ];
  return events.map((event, index) => named(event.type, { ...event, sequence_number: index }));
}

it('a streamed response emits the events of the official helper', async () => {
  await compare(responseEvents(), RESPONSE_EVENTS, (client) =>
    (client as OpenAI).responses.stream({ model: 'm', input: 'hi' }),
  );
});

it('a stored response is streamed again after a sequence number, like with the official helper', async () => {
  const events = await compare(responseEvents(), RESPONSE_EVENTS, (client) =>
    (client as OpenAI).responses.stream({ response_id: 'resp_1', starting_after: 9 }),
  );
  expect(events.filter(({ name }) => name === 'event')).toHaveLength(5);
});

it('the final results of streams are those of the official helpers', async () => {
  const body = responseEvents()
    .map(({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    .join('');
  server = await startEchoServer(() => ({ headers: { 'content-type': 'text/event-stream' }, body }));
  const official = new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 0 });
  const ours = new Selfsame({ auth: { token: 'k' }, validation: false }, server.url);
  const params = { model: 'm', input: 'hi' };
  const expected = await official.responses.stream(params).finalResponse();
  const actual = await ours.responses.stream(params).finalResponse();
  expect(toPlain(actual)).toEqual(toPlain(expected));
  expect(actual.output_text).toBe('Hello');
  await ours.close();
});
