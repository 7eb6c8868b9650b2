import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { openTestClient } from '../../start/testing/test-client.ts';

const PATIENT = { timeout: 15_000, interval: 20 };
const ADD: OpenAI.Responses.Tool = {
  type: 'function',
  name: 'add',
  strict: true,
  parameters: {
    type: 'object',
    properties: { a: { type: 'integer' } },
    required: ['a'],
    additionalProperties: false,
  },
};
const script = (directives: object, text = '') => `@script ${JSON.stringify(directives)}\n${text}`;
const CALL = script({ calls: [{ name: 'add', arguments: { a: 1 } }] }, 'add');
const SLOW = script({ tokens: 800, delayMs: 20 }, 'slow words');

const { client } = await openTestClient();

type Params = Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'model' | 'stream'>;
const ask = (input: Params['input'], more: Params = {}) =>
  client.responses.create({ model: 'scripted', input, ...more } as OpenAI.Responses.ResponseCreateParamsNonStreaming);
const eventsOf = async (input: Params['input'], more: Params = {}) =>
  Array.fromAsync(await client.responses.create({ model: 'scripted', input: input ?? '', ...more, stream: true }));
const refused = (input: unknown, more: object = {}) =>
  ask(input as Params['input'], more as Params).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a response', () => {
  it('answers a text and keeps the response for later requests', async () => {
    const response = await ask('hello there', { metadata: { topic: 'a' } });
    expect(response).toMatchObject({
      object: 'response',
      status: 'completed',
      output_text: 'hello there',
      metadata: { topic: 'a' },
      error: null,
      incomplete_details: null,
    });
    expect(response.usage?.output_tokens).toBeGreaterThan(0);
    expect(await client.responses.retrieve(response.id)).toEqual(response);
    const items = await client.responses.inputItems.list(response.id);
    expect(items.data).toMatchObject([{ role: 'user', content: [{ type: 'input_text', text: 'hello there' }] }]);
  });

  it('returns 404 for a response that was deleted or not stored', async () => {
    const stored = await ask('hello');
    await client.responses.delete(stored.id);
    const unstored = await ask('hello', { store: false });
    expect(unstored.output_text).toBe('hello');
    for (const { id } of [stored, unstored]) {
      await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 });
      await expect(client.responses.inputItems.list(id)).rejects.toMatchObject({ status: 404 });
      await expect(client.responses.delete(id)).rejects.toMatchObject({ status: 404 });
    }
  });

  it('streams events whose fold is the plain response', async () => {
    const events = await eventsOf('hello there');
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    expect(events[0]?.type).toBe('response.created');
    const last = events.at(-1);
    expect(last?.type).toBe('response.completed');
    const folded = await client.responses.stream({ model: 'scripted', input: 'hello there' }).finalResponse();
    expect(folded.output_text).toBe('hello there');
    const { id } = (last as { response: { id: string } }).response;
    expect((await client.responses.retrieve(id)).output_text).toBe('hello there');
  });

  it('continues the previous response without its instructions', async () => {
    const first = await ask('one two three', { instructions: 'Be brief.' });
    const second = await ask('two', { previous_response_id: first.id });
    expect(second).toMatchObject({ previous_response_id: first.id, instructions: null, output_text: 'two' });
    expect(second.usage?.input_tokens).toBeGreaterThan(first.usage?.input_tokens ?? 0);
    expect((await client.responses.inputItems.list(second.id)).data).toHaveLength(1);
  });

  it('still reads the items of a deleted response that it continues', async () => {
    const first = await ask('one two three');
    const second = await ask('four', { previous_response_id: first.id });
    await client.responses.delete(first.id);
    await expect(client.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
    const third = await ask('four', { previous_response_id: second.id });
    expect(third.usage?.input_tokens).toBeGreaterThan(second.usage?.input_tokens ?? 0);
    expect(await refused('five', { previous_response_id: first.id })).toMatchObject({ param: 'previous_response_id' });
    const reference = { type: 'item_reference', id: first.output[0]?.id };
    expect(await refused([reference])).toMatchObject({ status: 404, param: 'input[0].id' });
  });

  it('accepts the whole output of an earlier response as input', async () => {
    const first = await ask('one');
    const output = first.output as OpenAI.Responses.ResponseInputItem[];
    const second = await ask([{ role: 'user', content: 'one' }, ...output, { role: 'user', content: 'two' }]);
    expect(second.output_text).toBe('two');
    const third = await ask([
      { type: 'item_reference', id: first.output[0]?.id ?? '' },
      { role: 'user', content: '3' },
    ]);
    expect((await client.responses.inputItems.list(third.id, { order: 'asc' })).data[0]?.id).toBe(first.output[0]?.id);
  });
});

describe('tools of a response', () => {
  it('ends with the calls of functions, whose outputs the next request has', async () => {
    const first = await ask(CALL, { tools: [ADD], parallel_tool_calls: true });
    const [call] = first.output;
    expect(call).toMatchObject({ type: 'function_call', name: 'add', arguments: '{"a":1}', status: 'completed' });
    const callId = (call as OpenAI.Responses.ResponseFunctionToolCall).call_id;
    const output = { type: 'function_call_output' as const, call_id: callId, output: 'two' };
    const second = await ask([output], { tools: [ADD], previous_response_id: first.id });
    expect(second.output_text).toBe('two');
  });

  it('refuses a call without an output, and an output without a call', async () => {
    const first = await ask(CALL, { tools: [ADD] });
    const next = { tools: [ADD], previous_response_id: first.id };
    expect(await refused('next', next)).toMatchObject({ status: 400, param: 'input' });
    const output = { type: 'function_call_output', call_id: 'call_none', output: 'x' };
    expect(await refused([output])).toMatchObject({ status: 400, param: 'input' });
  });

  it('refuses tools that the server does not run', async () => {
    expect(await refused('hi', { tools: [{ type: 'web_search' }] })).toMatchObject({
      status: 400,
      param: 'tools[0].type',
    });
  });
});

describe('a response in the background', () => {
  it('is queued at first and completed later', async () => {
    const queued = await ask('hello', { background: true });
    expect(queued).toMatchObject({ status: 'queued', background: true, output: [] });
    await expect.poll(async () => (await client.responses.retrieve(queued.id)).status, PATIENT).toBe('completed');
    expect((await client.responses.retrieve(queued.id)).output_text).toBe('hello');
  });

  it('is cancelled once, however often a client asks', async () => {
    const { id } = await ask(SLOW, { background: true });
    await expect.poll(async () => (await client.responses.retrieve(id)).status, PATIENT).toBe('in_progress');
    expect((await client.responses.cancel(id)).status).toBe('cancelled');
    expect((await client.responses.cancel(id)).status).toBe('cancelled');
    const done = await ask('hello');
    await expect(client.responses.cancel(done.id)).rejects.toMatchObject({ status: 400 });
  });

  it('ends the stream of a cancelled response with the response', async () => {
    const stream = client.responses.stream({ model: 'scripted', input: SLOW, background: true });
    let id = '';
    stream.on('response.created', ({ response }) => {
      id = response.id;
    });
    stream.once('response.output_text.delta', () => void client.responses.cancel(id));
    const final = await stream.finalResponse();
    expect(final).toMatchObject({ id, status: 'cancelled', incomplete_details: null, error: null });
    const { output_text: _text, ...stored } = await client.responses.retrieve(id);
    expect(final).toMatchObject(stored);
    const events = await Array.fromAsync(await client.responses.retrieve(id, { stream: true }));
    expect(events.at(-1)).toMatchObject({ type: 'response.incomplete', response: { status: 'cancelled' } });
  });

  it('resumes its stream after a given event without loss or repetition', async () => {
    const created = await client.responses.create({
      model: 'scripted',
      input: script({ tokens: 60, delayMs: 10 }, 'a b c d'),
      background: true,
      stream: true,
    });
    const seen: OpenAI.Responses.ResponseStreamEvent[] = [];
    for await (const event of created) {
      seen.push(event);
      if (event.type === 'response.output_text.delta') break;
    }
    const { id } = (seen[0] as OpenAI.Responses.ResponseCreatedEvent).response;
    const after = seen.at(-1)?.sequence_number ?? 0;
    const rest = await Array.fromAsync(await client.responses.retrieve(id, { stream: true, starting_after: after }));
    const all = [...seen, ...rest];
    expect(all.map(({ sequence_number }) => sequence_number)).toEqual(all.map((_, index) => index));
    const text = all.map((event) => (event.type === 'response.output_text.delta' ? event.delta : '')).join('');
    expect(text).toBe((await client.responses.retrieve(id)).output_text);
  });
});

describe('a response in the foreground', () => {
  it('is cancelled when its client disconnects', async () => {
    const stream = await client.responses.create({ model: 'scripted', input: SLOW, stream: true });
    let id = '';
    for await (const event of stream) {
      if (event.type === 'response.created') id = event.response.id;
      if (event.type === 'response.output_text.delta') break;
    }
    await expect.poll(async () => (await client.responses.retrieve(id)).status, PATIENT).toBe('cancelled');
  });

  it('is incomplete with a reason when its tokens are used up', async () => {
    const response = await ask(script({ tokens: 100 }, 'a b c'), { max_output_tokens: 16 });
    expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  });

  it('returns 400 for input over the context, and drops the oldest items if it may', async () => {
    const long = Array.from({ length: 100 }, (_, index) => ({
      role: 'user' as const,
      content: `${index} ${'word '.repeat(100)}`,
    }));
    const error = { status: 400, code: 'context_length_exceeded', param: 'input', type: 'invalid_request_error' };
    expect(await refused(long)).toMatchObject(error);
    expect((await ask(long, { truncation: 'auto' })).status).toBe('completed');
  });
});

describe('parameters of a response', () => {
  it.each<[object, string]>([
    [{ prompt: { id: 'pmpt_1' } }, 'prompt'],
    [{ moderation: { model: 'm' } }, 'moderation'],
    [{ context_management: [{ type: 'forgetting' }] }, 'context_management[0].type'],
    [{ context_management: [{ type: 'compaction' }, { type: 'compaction' }] }, 'context_management[1]'],
    [
      { context_management: [{ type: 'compaction', compact_threshold: 10 }] },
      'context_management[0].compact_threshold',
    ],
    [{ background: true, store: false }, 'background'],
    [{ previous_response_id: 'resp_1', conversation: 'conv_1' }, 'previous_response_id'],
    [{ previous_response_id: 'resp_none' }, 'previous_response_id'],
    [{ conversation: 'conv_none' }, 'conversation'],
    [{ stream_options: { include_obfuscation: true } }, 'stream_options'],
    [{ max_output_tokens: 3 }, 'max_output_tokens'],
    [{ mood: 'good' }, 'mood'],
  ])('refuses %j by name', async (more, param) => {
    expect(await refused('hi', more)).toMatchObject({ param });
  });

  it.each<[unknown, string]>([
    [[{ role: 'user', content: [{ type: 'input_image', image_url: 'https://a/b.png' }] }], 'input[0].content[0].type'],
    [[{ type: 'local_shell_call_output', id: 'm', output: 'n' }], 'input'],
    [[{ type: 'item_reference', id: 'msg_none' }], 'input[0].id'],
    [[{ type: 'function_call', call_id: 'c', name: 'f' }], 'input[0].arguments'],
  ])('refuses the input %j by name', async (input, param) => {
    expect(await refused(input)).toMatchObject({ param });
  });

  it('refuses a format that the model cannot honour, by name', async () => {
    const text = { format: { type: 'json_object' as const } };
    expect(await refused('json', { text })).toMatchObject({ status: 400, param: 'text.format' });
  });

  it('names hints without effect', async () => {
    const { response } = await client.responses
      .create({ model: 'scripted', input: 'hi', reasoning: { effort: 'high' }, text: { verbosity: 'low' } })
      .withResponse();
    expect(response.headers.get('x-selfsame-ignored')).toBe('text.verbosity, reasoning.effort');
  });
});
