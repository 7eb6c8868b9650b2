import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildOpenApiDocument } from '@selfsame/contract';
import { ResponseStream } from 'openai/lib/responses/ResponseStream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../errors/api-error.ts';
import type { WorkerPool } from '../../jobs/worker-pool.ts';
import { createManualClock, type ManualClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { createValidator } from '../../operations/validator.ts';
import { openResponses } from '../../start/testing/open-responses.ts';
import { openSqliteFixture, type SqliteFixture } from '../../storage/sql/testing/sqlite-fixture.ts';
import executeTask from './execute.task.ts';

const PATIENT = { timeout: 15_000, interval: 5 };
const SLOW = '@script {"tokens":800,"delayMs":20}\nslow words';
const SHORT = '@script {"tokens":40,"delayMs":20}\nslow words';
const ADD = { type: 'function', name: 'add', parameters: { type: 'object', properties: { a: { type: 'integer' } } } };
const CALLS = `@script ${JSON.stringify({ calls: [1, 2].map((a) => ({ name: 'add', arguments: { a } })) })}\nadd`;

const validator = createValidator(buildOpenApiDocument({ version: '1', serverUrl: '/v1' }));

let folder: string;
let fixture: SqliteFixture;
let clock: ManualClock;
let responses: Awaited<ReturnType<typeof openResponses>>;
let pool: WorkerPool;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-responses-'));
  clock = createManualClock(Date.now());
  const ids = createIdSource(clock);
  fixture = await openSqliteFixture(clock, ids);
  responses = await openResponses({ repositories: fixture.repositories, clock, ids, folder });
  pool = responses.startPool();
});

afterEach(async () => {
  await pool.stop(0);
  await responses.services.models.close();
  await fixture.dispose();
  await rm(folder, { recursive: true });
});

const retrieve = (id: string) => responses.repositories.responses.retrieve(id);
const becomes = (id: string, status: string) =>
  expect.poll(async () => (await retrieve(id))?.status, PATIENT).toBe(status);
const textOf = (items: readonly object[]) =>
  items
    .flatMap((item) => ('content' in item ? (item.content as { text: string }[]) : []))
    .map(({ text }) => text)
    .join('');

async function finished(input: Parameters<typeof responses.create>[0], request = {}, fields = {}) {
  const { id } = await responses.create(input, request, fields);
  const events = await responses.tail(id);
  for (const event of events) {
    expect(validator.findResponseDifference('ResponseStreamEvent', event), event.type).toBeUndefined();
  }
  return { id, events, output: await responses.output(id) };
}

/** The response that the official client makes of the events. */
function fold(events: readonly object[]) {
  const lines = events.map((event) => `${JSON.stringify(event)}\n`);
  return ResponseStream.fromReadableStream(new Blob(lines).stream()).finalResponse();
}

/** Starts a response and waits until its stream has text. */
async function writing(fields = {}): Promise<string> {
  const { id } = await responses.create(SLOW, {}, fields);
  const deltas = async () =>
    (await responses.repositories.events.list(id, { afterSeq: -1, limit: 100 }))?.events.filter(({ type }) =>
      type.endsWith('delta'),
    ).length;
  await expect.poll(deltas, PATIENT).toBeGreaterThan(1);
  return id;
}

describe('the stream of a response', () => {
  it('numbers its events without gaps and ends with the whole response', async () => {
    const { id, events } = await finished('hello there');
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    const types = events.map(({ type }) => type);
    expect(types.filter((type, index) => type !== types[index - 1])).toEqual([
      'response.created',
      'response.queued',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    const text = events.map(({ type, delta }) => (type.endsWith('text.delta') ? delta : '')).join('');
    expect(text).toBe('hello there');
    expect(events.at(-1)?.['response']).toMatchObject({
      id,
      status: 'completed',
      output: [{ type: 'message', status: 'completed', content: [{ type: 'output_text', text }] }],
      usage: { output_tokens: expect.any(Number), total_tokens: expect.any(Number) },
    });
  });

  it('starts after a given number', async () => {
    const { id, events } = await finished('hello there');
    expect(await responses.tail(id, 4)).toEqual(events.slice(5));
  });

  it('continues without its readers', async () => {
    const id = (await responses.create(SHORT)).id;
    const reader = new AbortController();
    const read = responses.tail(id, -1, reader.signal).catch((error: unknown) => error);
    await becomes(id, 'in_progress');
    reader.abort(new Error('gone'));
    expect(await read).toBeInstanceOf(Error);
    await becomes(id, 'completed');
  });
});

describe('the calls of a response', () => {
  it('complete it with one item for each call', async () => {
    const { id, events, output } = await finished(CALLS, { tools: [ADD] });
    expect(output).toMatchObject([
      { type: 'function_call', name: 'add', arguments: '{"a":1}', status: 'completed', call_id: expect.any(String) },
      { type: 'function_call', name: 'add', arguments: '{"a":2}', status: 'completed', call_id: expect.any(String) },
    ]);
    const last = events.at(-1)?.['response'] as { output: { id: string }[] };
    const added = events.filter(({ type }) => type === 'response.output_item.added');
    expect(added.map(({ output_index, item }) => [output_index, (item as { id: string }).id])).toEqual(
      last.output.map((item, index) => [index, item.id]),
    );
    const done = events.filter(({ type }) => type === 'response.function_call_arguments.done');
    expect(done.map(({ item_id, arguments: text }) => [item_id, text])).toEqual([
      [last.output[0]?.id, '{"a":1}'],
      [last.output[1]?.id, '{"a":2}'],
    ]);
    expect((await retrieve(id))?.status).toBe('completed');
  });

  it('are shown to the model with the outputs of the next request', async () => {
    const first = await finished(CALLS, { tools: [ADD] });
    const outputs = first.output.map(({ call_id }, index) => {
      const id = `fco_${index}`;
      return { id, data: { id, type: 'function_call_output', call_id, output: `sum ${index}` } };
    });
    const { output } = await finished(outputs, { tools: [ADD] }, { previousResponseId: first.id });
    // The scripted engine repeats the last output of a tool.
    expect(textOf(output)).toBe('sum 1');
  });

  it('of custom tools have their text as input', async () => {
    const call = { name: 'shout', arguments: { input: 'AH “öh” \n' } };
    const tools = [{ type: 'custom', name: 'shout' }];
    const { events, output } = await finished(`@script ${JSON.stringify({ calls: [call] })}\nshout`, { tools });
    expect(output).toMatchObject([{ type: 'custom_tool_call', name: 'shout', input: call.arguments.input }]);
    const deltas = events.filter(({ type }) => type === 'response.custom_tool_call_input.delta');
    expect(deltas.map(({ delta }) => delta).join('')).toBe(call.arguments.input);
  });
});

describe('the end of a response', () => {
  it('is incomplete with a reason when its tokens are used up', async () => {
    const { events, output } = await finished(SHORT, { max_output_tokens: 16 });
    expect(events.at(-1)).toMatchObject({
      type: 'response.incomplete',
      response: {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        usage: { output_tokens: 16 },
      },
    });
    expect(output).toMatchObject([{ type: 'message', status: 'incomplete' }]);
  });

  it('fails a conversation that does not fit the model unless it may be truncated', async () => {
    const long = Array.from({ length: 40 }, (_, index) => responses.message('user', `${index} ${'word '.repeat(100)}`));
    const failed = await finished(long);
    expect(failed.events.at(-1)).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'context_length_exceeded' }, output: [] },
    });
    const cut = await finished(long, { truncation: 'auto' });
    expect(cut.events.at(-1)).toMatchObject({ type: 'response.completed' });
  });

  it('is cancelled with the text so far while a worker generates it', async () => {
    const id = await writing();
    expect((await responses.cancel(id))?.status).toBe('cancelling');
    await becomes(id, 'cancelled');
    const [message] = await responses.output(id);
    expect(message).toMatchObject({ status: 'incomplete' });
    expect(textOf([message ?? {}])).not.toBe('');
    expect(await responses.cancel(id)).toBeUndefined();
    expect((await responses.repositories.events.list(id, { afterSeq: -1, limit: 1 }))?.ended).toBe(true);
  });

  it('is cancelled immediately before a worker has started it', async () => {
    await pool.stop(0);
    const { id } = await responses.create('hello');
    expect((await responses.cancel(id))?.status).toBe('cancelled');
    pool = responses.startPool();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await retrieve(id))?.status).toBe('cancelled');
  });

  it('leaves nothing of a response that is not stored but its stream', async () => {
    const { id, events } = await finished('hello', {}, { stored: false });
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { id, store: false } });
    expect(await retrieve(id)).toBeUndefined();
    expect(await responses.output(id)).toEqual([]);
  });

  it('ends the stream of a response that is deleted while it is generated', async () => {
    const id = await writing();
    const read = responses.tail(id);
    expect(await responses.delete(id)).toBe(true);
    expect((await read).at(-1)?.type).not.toBe('response.completed');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await responses.repositories.events.list(id, { afterSeq: -1, limit: 1 })).toBeUndefined();
    expect(await responses.delete(id)).toBe(false);
  });

  it.each([
    ['text', SHORT],
    [
      'a call',
      `@script ${JSON.stringify({ calls: [{ name: 'add', arguments: { a: 7, why: 'word '.repeat(60) } }], delayMs: 30 })}\nadd`,
    ],
  ])(
    'ends the items of a lost worker, which wrote %s, and writes the turn again in new items',
    async (_what, input) => {
      const { id } = await responses.create(input, { tools: [ADD] });
      const written = async () => (await responses.repositories.events.list(id, { afterSeq: -1, limit: 100 }))?.events;
      const deltas = async () => (await written())?.filter(({ type }) => type.endsWith('.delta')).length;
      await expect.poll(deltas, PATIENT).toBeGreaterThan(0);
      await pool.stop(0);
      const before = (await written()) ?? [];
      pool = responses.startPool();
      await becomes(id, 'completed');
      const events = await responses.tail(id);
      for (const event of events) {
        expect(validator.findResponseDifference('ResponseStreamEvent', event), event.type).toBeUndefined();
      }
      const added = events.filter(({ type }) => type === 'response.output_item.added');
      expect(added.map((event) => event['output_index'])).toEqual([0, 1]);
      const done = events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item);
      expect(done).toMatchObject([{ status: 'incomplete' }, { status: 'completed' }]);
      const output = (await responses.repositories.responseItems.listOutput(id)).map(({ data }) => data);
      expect([done[1]]).toEqual(output);
      expect((await fold(events)).output).toMatchObject(output);
      // A reader that stopped before the restart continues with the same events.
      const seen = before.at(-1)?.seq ?? 0;
      expect(await responses.tail(id, seen)).toEqual(events.slice(seen + 1));
    },
    30_000,
  );

  it('is failed when its job is dead', async () => {
    await pool.stop(0);
    const { id } = await responses.create('hello');
    const die = () =>
      responses.repositories.transaction(async (tx) =>
        executeTask.onDead?.({ responseId: id }, tx, 'broken', responses.services),
      );
    await die();
    await die();
    expect(await retrieve(id)).toMatchObject({ status: 'failed', error: { code: 'server_error' } });
    expect((await responses.tail(id)).at(-1)?.type).toBe('response.failed');
  });

  it('is generated at the priority of its request', async () => {
    const model = await responses.services.models.languageModel('scripted');
    const generate = vi.spyOn(model, 'doGenerate');
    await finished('hello', {}, { priority: 'batch' });
    await finished('hello');
    expect(generate.mock.calls.map(([, { priority }]) => priority)).toEqual(['batch', 'online']);
  });

  it('meters each turn for the operation', async () => {
    await finished('hello');
    const { records } = await responses.repositories.usageEvents.list({ limit: 10 });
    expect(records.filter(({ modelId }) => modelId !== null)).toMatchObject([
      { operationId: 'responses.create', modelId: 'scripted', requests: 1 },
    ]);
  });
});

describe('the conversation of a response', () => {
  const conversation = async (...texts: string[]) => {
    const items = texts.map((text) => responses.message('user', text));
    await responses.repositories.conversations.create({ id: 'conv_1', metadata: {}, createdAt: 0 }, items);
    return { conversationId: 'conv_1' };
  };
  const items = async () => (await responses.repositories.conversationItems.list('conv_1', { limit: 100 })).records;
  const roles = async () => (await items()).map(({ data }) => data['role'] ?? data['type']);

  it('has the input and the output once the response has ended', async () => {
    const fields = await conversation('first');
    const { id } = await finished('second', {}, fields);
    expect(await roles()).toEqual(['user', 'user', 'assistant']);
    const stored = await responses.repositories.responseItems.listOutput(id);
    expect((await items()).at(-1)?.id).toBe(stored[0]?.id);
    await finished('third', {}, fields);
    expect(await roles()).toEqual(['user', 'user', 'assistant', 'user', 'assistant']);
  });

  it('refuses a second response until the first has ended', async () => {
    const fields = await conversation();
    const id = await writing(fields);
    const refused = await responses.create('hello', {}, fields).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 409, code: 'conversation_locked', param: 'conversation' });
    await responses.cancel(id);
    await becomes(id, 'cancelled');
    expect(await roles()).toEqual([]);
    await finished('hello', {}, fields);
    expect(await roles()).toEqual(['user', 'assistant']);
  });

  it('may be deleted while a response is generated, which keeps its items', async () => {
    const { id } = await responses.create(SHORT, {}, await conversation('first'));
    await becomes(id, 'in_progress');
    await responses.repositories.conversations.delete('conv_1');
    await becomes(id, 'completed');
    expect(await responses.output(id)).toHaveLength(1);
    expect(await items()).toEqual([]);
  });

  it('is free again after a response of it was deleted', async () => {
    const fields = await conversation();
    const id = await writing(fields);
    await responses.delete(id);
    await finished('hello', {}, fields);
    expect(await roles()).toEqual(['user', 'assistant']);
  });

  it('refuses what does not exist and names the parameter', async () => {
    const failed = (fields: object) => responses.create('hello', {}, fields).catch((error: unknown) => error);
    expect(await failed({ conversationId: 'conv_none' })).toMatchObject({ status: 404, param: 'conversation' });
    expect(await failed({ previousResponseId: 'resp_none' })).toMatchObject({
      status: 400,
      code: 'previous_response_not_found',
      param: 'previous_response_id',
    });
  });
});
