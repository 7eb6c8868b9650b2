/**
 * Runs through the official clients of the Assistants API: polled, streamed with every handler, with functions,
 * cancelled.
 */
import type OpenAI from 'openai-v4';
import { toFile } from 'openai-v4';
import { beforeAll, describe, expect, it } from 'vitest';
import { ASSISTANTS_GENERATIONS, failureOf } from './openai-clients.ts';
import { ask, scripted, target } from './target.ts';

const { baseURL, apiKey, model } = target;

type VectorStore = OpenAI.VectorStore;

const POLL = { pollIntervalMs: 20 };

const ADD: OpenAI.Beta.FunctionTool = {
  type: 'function',
  function: {
    name: 'add',
    description: 'Adds two whole numbers.',
    parameters: {
      type: 'object',
      properties: { a: { type: 'integer' }, b: { type: 'integer' } },
      required: ['a', 'b'],
    },
  },
};

/** A question whose answer calls `add`, by the script or because a call is required. */
const SUMS = {
  messages: ask('What is 1 + 2, and what is 3 + 4?', {
    calls: [
      { name: 'add', arguments: { a: 1, b: 2 } },
      { name: 'add', arguments: { a: 3, b: 4 } },
    ],
  }),
};
const FORCED = { tools: [ADD], tool_choice: scripted ? ('auto' as const) : ('required' as const) };

const firstText = (message: OpenAI.Beta.Threads.Message | undefined) => {
  const [part] = message?.content ?? [];
  return part?.type === 'text' ? part.text.value : undefined;
};

const outputsOf = (run: OpenAI.Beta.Threads.Run) =>
  (run.required_action?.submit_tool_outputs.tool_calls ?? []).map(({ id, function: call }) => {
    const { a, b } = JSON.parse(call.arguments) as { a: number; b: number };
    return { tool_call_id: id, output: `The sum is ${a + b}.` };
  });

describe.each(ASSISTANTS_GENERATIONS)('runs with $name', ({ Client, lists }) => {
  const client = new Client({ baseURL, apiKey, maxRetries: 0 });
  let assistant: OpenAI.Beta.Assistant;

  beforeAll(async () => {
    assistant = await client.beta.assistants.create({ model, instructions: 'Be brief.', temperature: 0 });
  });

  it('polls a run until its message exists', async () => {
    const thread = await client.beta.threads.create({ messages: ask('Say hello') });
    const run = await client.beta.threads.runs.createAndPoll(
      thread.id,
      {
        assistant_id: assistant.id,
        additional_instructions: 'Always.',
        metadata: { a: 'b' },
        max_completion_tokens: 256,
      },
      POLL,
    );
    expect(run).toMatchObject({
      status: 'completed',
      instructions: 'Be brief.\n\nAlways.',
      metadata: { a: 'b' },
      last_error: null,
    });
    expect(run.usage?.total_tokens).toBeGreaterThan(1);
    const { data } = await client.beta.threads.messages.list(thread.id, { run_id: run.id });
    expect(data).toMatchObject([{ role: 'assistant', status: 'completed', assistant_id: assistant.id }]);
    expect(firstText(data[0])).toBeTruthy();
    const steps = await client.beta.threads.runs.steps.list(
      thread.id,
      run.id,
      lists ? { include: ['step_details.tool_calls[*].file_search.results[*].content'] } : {},
    );
    expect(steps.data).toMatchObject([
      {
        type: 'message_creation',
        status: 'completed',
        step_details: { message_creation: { message_id: data[0]?.id } },
      },
    ]);
    const [step] = steps.data;
    expect(await client.beta.threads.runs.steps.retrieve(thread.id, run.id, step?.id ?? '')).toEqual(step);
    expect(await client.beta.threads.runs.retrieve(thread.id, run.id)).toEqual(run);
    const changed = await client.beta.threads.runs.update(thread.id, run.id, { metadata: { c: 'd' } });
    expect(changed).toEqual({ ...run, metadata: { c: 'd' } });
    expect((await client.beta.threads.runs.list(thread.id)).data).toEqual([changed]);
  });

  it('streams a run to every handler', async () => {
    const thread = await client.beta.threads.create({ messages: ask('Say one two three', { tokens: 6, delayMs: 20 }) });
    const events: string[] = [];
    let [text, pieces] = ['', 0];
    const stream = client.beta.threads.runs
      .stream(thread.id, { assistant_id: assistant.id })
      .on('event', ({ event }) => events.push(event))
      .on('runStepCreated', ({ status }) => events.push(`runStepCreated ${status}`))
      .on('messageCreated', ({ status }) => events.push(`messageCreated ${status}`))
      .on('messageDelta', ({ content }) => (pieces += content?.length ?? 0))
      .on('textCreated', () => events.push('textCreated'))
      .on('textDelta', ({ value }) => (text += value ?? ''))
      .on('textDone', (content) => events.push(`textDone ${content.value === text}`))
      .on('messageDone', (message) => events.push(`messageDone ${message.status}`))
      .on('runStepDone', (step) => events.push(`runStepDone ${step.status}`))
      .on('end', () => events.push('end'));
    const run = await stream.finalRun();
    expect(run.status).toBe('completed');
    expect(text).not.toBe('');
    expect(pieces).toBeGreaterThan(0);
    expect((await stream.finalMessages()).map(firstText)).toEqual([text]);
    expect((await stream.finalRunSteps()).map(({ usage }) => usage)).toEqual([run.usage]);
    expect(events.filter((event) => event !== 'thread.message.delta')).toEqual([
      'thread.run.created',
      'thread.run.queued',
      'thread.run.in_progress',
      'thread.run.step.created',
      'runStepCreated in_progress',
      'thread.run.step.in_progress',
      'thread.message.created',
      'messageCreated in_progress',
      'thread.message.in_progress',
      'textCreated',
      'thread.message.completed',
      'textDone true',
      'messageDone completed',
      'thread.run.step.completed',
      'runStepDone completed',
      'thread.run.completed',
      'end',
    ]);
  });

  it('calls functions and continues with their outputs', async () => {
    const run = await client.beta.threads.createAndRunPoll(
      { assistant_id: assistant.id, thread: SUMS, ...FORCED },
      POLL,
    );
    expect(run).toMatchObject({ status: 'requires_action', usage: null });
    const [first] = outputsOf(run);
    const partial = client.beta.threads.runs.submitToolOutputs(run.thread_id, run.id, {
      tool_outputs: scripted && first ? [first] : [],
    });
    expect(await failureOf(partial)).toMatchObject({ status: 400, param: 'tool_outputs' });
    const options = { tool_outputs: outputsOf(run) };
    const done = await client.beta.threads.runs.submitToolOutputsAndPoll(run.thread_id, run.id, options, POLL);
    expect(
      await failureOf(client.beta.threads.runs.submitToolOutputs(run.thread_id, 'run_none', options)),
    ).toMatchObject({
      status: 404,
    });
    if (!scripted) return;
    expect(done).toMatchObject({ status: 'completed', required_action: null });
    expect(await failureOf(client.beta.threads.runs.submitToolOutputs(run.thread_id, run.id, options))).toMatchObject({
      status: 400,
      code: 'invalid_run_status',
    });
    const steps = await client.beta.threads.runs.steps.list(run.thread_id, run.id, { order: 'asc' });
    expect(steps.data.map(({ type, status }) => [type, status])).toEqual([
      ['tool_calls', 'completed'],
      ['message_creation', 'completed'],
    ]);
    expect(steps.data[0]?.step_details).toMatchObject({
      tool_calls: [
        { type: 'function', function: { name: 'add', arguments: '{"a":1,"b":2}', output: 'The sum is 3.' } },
        { type: 'function', function: { name: 'add', arguments: '{"a":3,"b":4}', output: 'The sum is 7.' } },
      ],
    });
  });

  it.runIf(scripted)('streams calls and the text after their outputs', async () => {
    const events: string[] = [];
    const calls: string[] = [];
    let pieces = 0;
    const first = client.beta.threads
      .createAndRunStream({ assistant_id: assistant.id, thread: SUMS, ...FORCED })
      .on('event', ({ event }) => events.push(event))
      .on('toolCallCreated', (call) => calls.push(`${call.type} created`))
      .on('toolCallDelta', ({ type }) => (pieces += type === 'function' ? 1 : 0))
      .on('runStepDelta', ({ step_details: details }) => (pieces += details?.type === 'tool_calls' ? 1 : 0))
      .on('toolCallDone', (call) => {
        if (call.type === 'function') calls.push(`${call.function.name} ${call.function.arguments}`);
      });
    const run = await first.finalRun();
    const wanted = ['add {"a":1,"b":2}', 'add {"a":3,"b":4}'];
    if (lists) expect(calls).toEqual(wanted.flatMap((call) => ['function created', call]));
    expect(pieces).toBeGreaterThan(wanted.length);
    const waiting = run.required_action?.submit_tool_outputs.tool_calls ?? [];
    expect(waiting.map(({ function: call }) => `${call.name} ${call.arguments}`)).toEqual(wanted);
    expect(events.filter((event) => event !== 'thread.run.step.delta')).toEqual([
      'thread.created',
      'thread.run.created',
      'thread.run.queued',
      'thread.run.in_progress',
      'thread.run.step.created',
      'thread.run.step.in_progress',
      'thread.run.requires_action',
    ]);
    events.length = 0;
    const second = client.beta.threads.runs
      .submitToolOutputsStream(run.thread_id, run.id, { tool_outputs: outputsOf(run) })
      .on('event', ({ event }) => events.push(event));
    expect((await second.finalRun()).status).toBe('completed');
    expect((await second.finalMessages()).map(firstText)).toEqual(['The sum is 7.']);
    expect(events.filter((event) => event !== 'thread.message.delta')).toEqual([
      'thread.run.step.completed',
      'thread.run.queued',
      'thread.run.in_progress',
      'thread.run.step.created',
      'thread.run.step.in_progress',
      'thread.message.created',
      'thread.message.in_progress',
      'thread.message.completed',
      'thread.run.step.completed',
      'thread.run.completed',
    ]);
  });

  it.runIf(scripted)('searches files, shows the results and cites them', async () => {
    const file = await client.files.create({
      file: await toFile(Buffer.from('The gate is green.'), 'gate.txt'),
      purpose: 'assistants',
    });
    const searcher = await client.beta.assistants.create({ model, tools: [{ type: 'file_search' }] });
    const [message] = ask('gate', { calls: [{ name: 'file_search', arguments: { query: 'gate' } }] });
    const attachments = [{ file_id: file.id, tools: [{ type: 'file_search' as const }] }];
    const thread = await client.beta.threads.create({ messages: [{ ...message, attachments }] });
    const [store = ''] = thread.tool_resources?.file_search?.vector_store_ids ?? [];
    const counts = async () => ((await client.get(`/vector_stores/${store}`)) as VectorStore).file_counts.completed;
    await expect.poll(counts, { timeout: 10_000 }).toBe(1);
    const calls: string[] = [];
    const stream = client.beta.threads.runs
      .stream(thread.id, { assistant_id: searcher.id })
      .on('toolCallCreated', ({ type }) => calls.push(type));
    // Assembled from the deltas by the client.
    let streamed: object[] = [];
    stream.on('textDelta', (_, { annotations }) => {
      streamed = annotations;
    });
    const run = await stream.finalRun();
    expect([run.status, calls]).toEqual(['completed', ['file_search']]);
    const [step] = (await client.beta.threads.runs.steps.list(thread.id, run.id, { order: 'asc' })).data;
    expect(step?.step_details).toMatchObject({
      tool_calls: [{ type: 'file_search', file_search: { results: [{ file_id: file.id, file_name: 'gate.txt' }] } }],
    });
    const [answer] = (await client.beta.threads.messages.list(thread.id)).data;
    const [part] = answer?.content ?? [];
    const citation = { type: 'file_citation', text: '【0:0†gate.txt】', file_citation: { file_id: file.id } };
    expect(part?.type === 'text' ? part.text.annotations : []).toMatchObject([citation]);
    expect(streamed).toMatchObject([citation]);
  });

  it('creates a run with a new thread, also an empty one, and with another model', async () => {
    const made = await client.beta.threads.createAndRun({
      assistant_id: assistant.id,
      model: target.model,
      instructions: 'Hi.',
      max_completion_tokens: 256,
    });
    expect(made).toMatchObject({ object: 'thread.run', status: 'queued', instructions: 'Hi.' });
    const run = await client.beta.threads.runs.poll(made.thread_id, made.id, POLL);
    // A real model may not stop after such a short prompt.
    const ends = scripted ? ['completed'] : ['completed', 'incomplete'];
    expect(ends).toContain(run.status);
    const { data } = await client.beta.threads.messages.list(made.thread_id);
    expect(data).toMatchObject([{ role: 'assistant', status: run.status, content: [{ type: 'text' }] }]);
  });

  it.runIf(scripted)('ends the stream of a cancelled run with its cancellation', async () => {
    const thread = await client.beta.threads.create({
      messages: ask('Count to a thousand', { tokens: 500, delayMs: 20 }),
    });
    const events: string[] = [];
    let asked = false;
    for await (const { event, data } of await client.beta.threads.runs.create(thread.id, {
      assistant_id: assistant.id,
      stream: true,
    })) {
      events.push(event);
      if (event === 'thread.message.delta' && !asked) {
        asked = true;
        const second = client.beta.threads.runs.create(thread.id, { assistant_id: assistant.id });
        expect(await failureOf(second)).toMatchObject({ status: 400, code: 'active_run' });
        const { data: runs } = await client.beta.threads.runs.list(thread.id);
        await client.beta.threads.runs.cancel(thread.id, runs[0]?.id ?? '');
      }
      if (event === 'thread.message.incomplete') expect(data.incomplete_details).toEqual({ reason: 'run_cancelled' });
    }
    // Deltas from before the cancellation may still be emitted after it.
    expect(events.filter((event) => event !== 'thread.message.delta').slice(-4)).toEqual([
      'thread.run.cancelling',
      'thread.message.incomplete',
      'thread.run.step.cancelled',
      'thread.run.cancelled',
    ]);
    const [message] = (await client.beta.threads.messages.list(thread.id)).data;
    expect(firstText(message)).toBeTruthy();
    const next = await client.beta.threads.runs.createAndPoll(
      thread.id,
      { assistant_id: assistant.id, additional_messages: ask('Say hello') },
      POLL,
    );
    expect(next.status).toBe('completed');
  });
});
