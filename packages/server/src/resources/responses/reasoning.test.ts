import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { openTestClient } from '../../start/testing/test-client.ts';

type Input = OpenAI.Responses.ResponseInputItem[];

const { client } = await openTestClient();

const THOUGHT = 'First I count, then I answer.';
const script = (directives: object, text = 'four') =>
  `@script ${JSON.stringify({ thought: THOUGHT, ...directives })}\n${text}`;
const ask = (input: string | Input, more: object = {}) =>
  client.responses.create({ model: 'scripted', input, ...more });

const REASONING = {
  type: 'reasoning',
  id: expect.stringMatching(/^rs_/) as string,
  status: 'completed',
  summary: [],
  content: [{ type: 'reasoning_text', text: THOUGHT }],
};

describe('the thoughts of a model', () => {
  it('are an item before the answer, and are counted', async () => {
    const response = await ask(script({}));
    expect(response.output).toEqual([REASONING, expect.objectContaining({ type: 'message' })]);
    expect(response.output_text).toBe('four');
    expect(response.usage?.output_tokens_details.reasoning_tokens).toBeGreaterThan(3);
    expect((await client.responses.retrieve(response.id)).output).toEqual(response.output);
  });

  it('are streamed before the text, and fold to the same response', async () => {
    const stream = client.responses.stream({ model: 'scripted', input: script({}) });
    const events = await Array.fromAsync(stream);
    const types = events.map(({ type }) => type);
    const first = types.indexOf('response.reasoning_text.delta');
    expect(types.slice(2, first + 1)).toEqual([
      'response.output_item.added',
      'response.content_part.added',
      'response.reasoning_text.delta',
    ]);
    const deltas = events.flatMap((event) => (event.type === 'response.reasoning_text.delta' ? [event.delta] : []));
    expect(deltas.join('')).toBe(THOUGHT);
    const done = types.indexOf('response.reasoning_text.done');
    expect(types.slice(done, done + 4)).toEqual([
      'response.reasoning_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.output_item.added',
    ]);
    expect(types.indexOf('response.output_text.delta')).toBeGreaterThan(done);
    expect((await stream.finalResponse()).output).toMatchObject([REASONING, { type: 'message' }]);
  });

  it('precede the calls of functions, and come back with their outputs', async () => {
    const tools: OpenAI.Responses.Tool[] = [{ type: 'function', name: 'go', strict: false, parameters: {} }];
    const first = await ask(script({ calls: [{ name: 'go', arguments: {} }] }, ''), { tools });
    expect(first.output).toMatchObject([REASONING, { type: 'function_call', name: 'go' }]);
    const [, call] = first.output as { call_id: string }[];
    const answer = { type: 'function_call_output' as const, call_id: call?.call_id ?? '', output: 'done' };
    const next = await ask([{ role: 'user', content: 'go' }, ...(first.output as Input), answer], { tools });
    expect(next.output_text).toBe('done');
  });

  it('end as incomplete when the limit of tokens cuts them', async () => {
    const long = script({ thought: 'word '.repeat(60) });
    const response = await ask(long, { max_output_tokens: 16 });
    expect(response).toMatchObject({ status: 'incomplete', output: [{ type: 'reasoning', status: 'incomplete' }] });
  });

  it('come back encrypted without the memory of the server', async () => {
    const include = ['reasoning.encrypted_content' as const];
    const first = await ask(script({}), { include, store: false });
    const [thought] = first.output as { encrypted_content: string }[];
    expect(thought?.encrypted_content).toMatch(/^[\w-]{40,}$/);
    const given = [{ role: 'user', content: 'one' }, ...first.output, { role: 'user', content: 'two' }] as Input;
    expect((await ask(given, { store: false })).output_text).toBe('two');
    const changed = `${thought?.encrypted_content.slice(0, -2)}AA`;
    const forged = given.map((item) => ('encrypted_content' in item ? { ...item, encrypted_content: changed } : item));
    await expect(ask(forged as Input)).rejects.toMatchObject({ status: 400, param: 'input[1].encrypted_content' });
    expect((await ask(script({}))).output[0]).not.toHaveProperty('encrypted_content');
  });

  it('are no part of chat completions, and are counted there', async () => {
    const completion = await client.chat.completions.create({
      model: 'scripted',
      messages: [{ role: 'user', content: script({}) }],
    });
    expect(completion.choices[0]?.message.content).toBe('four');
    expect(completion.usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(3);
  });

  it('are no part of the messages of a thread', async () => {
    const assistant = await client.beta.assistants.create({ model: 'scripted' });
    const run = await client.beta.threads.createAndRunPoll({
      assistant_id: assistant.id,
      thread: { messages: [{ role: 'user', content: script({}) }] },
    });
    expect(run.status).toBe('completed');
    const { data } = await client.beta.threads.messages.list(run.thread_id, { order: 'desc' });
    expect(data[0]?.content).toMatchObject([{ text: { value: 'four' } }]);
  });
});
