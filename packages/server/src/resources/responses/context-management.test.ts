import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { openTestClient } from '../../start/testing/test-client.ts';

const { server, client } = await openTestClient();

type Params = Omit<OpenAI.Responses.ResponseCreateParamsNonStreaming, 'model' | 'stream'>;
const THRESHOLD = 1000;
const managed = { context_management: [{ type: 'compaction', compact_threshold: THRESHOLD }] };
const ask = (more: Params) => client.responses.create({ model: 'scripted', ...managed, ...more });
const turn = (index: number): OpenAI.Responses.ResponseInputItem => ({
  role: index % 2 === 0 ? 'user' : 'assistant',
  content: `turn ${index}: ${'word '.repeat(100)}`,
});
const turns = (count: number) => Array.from({ length: count }, (_, index) => turn(index));
const SHORT = [...turns(2), { role: 'user' as const, content: 'the question' }];
const LONG = [...turns(20), { role: 'user' as const, content: 'the question' }];
const tokensOf = async (more: object) =>
  (await client.responses.inputTokens.count({ model: 'scripted', ...more })).input_tokens;
const typesOf = ({ output }: OpenAI.Responses.Response) => output.map(({ type }) => type);

describe('the context of a response with a threshold', () => {
  it('stays as it is below the threshold', async () => {
    expect(await tokensOf({ input: SHORT })).toBeLessThan(THRESHOLD);
    expect(typesOf(await ask({ input: SHORT }))).toEqual(['message']);
  });

  it('is compacted above it, and the compaction is the first item of the output', async () => {
    expect(await tokensOf({ input: LONG })).toBeGreaterThan(THRESHOLD);
    const response = await ask({ input: LONG });
    expect(typesOf(response)).toEqual(['compaction', 'message']);
    expect(response.output_text).toBe('the question');
    expect(response.usage?.input_tokens).toBeLessThan(THRESHOLD);
    expect(await client.responses.retrieve(response.id)).toEqual(response);
    expect(server.logged()).not.toContain('"level":50');
  });

  it('streams the compaction before the answer, and the client folds it', async () => {
    const stream = client.responses.stream({ model: 'scripted', ...managed, input: LONG });
    const events: OpenAI.Responses.ResponseStreamEvent[] = [];
    for await (const event of stream) events.push(event);
    expect(events.slice(0, 4)).toMatchObject([
      { type: 'response.created' },
      { type: 'response.in_progress' },
      { type: 'response.output_item.added', output_index: 0, item: { type: 'compaction' } },
      { type: 'response.output_item.done', output_index: 0, item: { encrypted_content: expect.any(String) } },
    ]);
    expect(typesOf(await stream.finalResponse())).toEqual(['compaction', 'message']);
  });

  it('starts from the compaction in later responses', async () => {
    const first = await ask({ input: LONG });
    const next = { input: 'and now?', previous_response_id: first.id };
    expect(await tokensOf(next)).toBeLessThan(THRESHOLD);
    const second = await ask(next);
    expect(typesOf(second)).toEqual(['message']);
    // A client that keeps the items itself may send all of them.
    const items = [...LONG, ...(first.output as typeof LONG), { role: 'user' as const, content: 'and now?' }];
    expect(await tokensOf({ input: items })).toBe(await tokensOf(next));
    const compacted = await client.responses.compact({
      model: 'scripted' as OpenAI.Responses.ResponseCompactParams['model'],
      input: items,
    });
    expect(compacted.output.map(({ type }) => type).slice(-3)).toEqual(['message', 'message', 'compaction']);
  });

  it('keeps earlier messages of the user word for word as far as they fit', async () => {
    const input = [{ role: 'user' as const, content: 'my name is Ada' }, ...LONG];
    const { output } = await ask({ input });
    const compacted = await client.responses.compact({
      model: 'scripted' as OpenAI.Responses.ResponseCompactParams['model'],
      input: output as typeof input,
    });
    const texts = compacted.output.flatMap((item) => (item.type === 'message' ? item.content : []));
    const kept = texts.map((part) => ('text' in part ? part.text : ''));
    expect([kept[0], kept.at(-1)]).toEqual(['my name is Ada', 'the question']);
    expect(kept.length).toBeLessThan(input.filter((item) => 'role' in item && item.role === 'user').length);
  });

  it('is compacted for a conversation that does not fit the model, and without storage', async () => {
    const input = [...turns(100), { role: 'user' as const, content: 'the question' }];
    const response = await ask({ input, store: false });
    expect(typesOf(response)).toEqual(['compaction', 'message']);
    await expect(client.responses.create({ model: 'scripted', input })).rejects.toMatchObject({
      code: 'context_length_exceeded',
    });
  });

  it('has a threshold of three quarters of the context by default', async () => {
    const context_management = [{ type: 'compaction' }];
    expect(typesOf(await ask({ input: LONG, context_management }))).toEqual(['message']);
    expect(typesOf(await ask({ input: [...turns(60), ...SHORT], context_management }))).toEqual([
      'compaction',
      'message',
    ]);
  });
});

describe('a response whose input ends with a compaction trigger', () => {
  const trigger = { type: 'compaction_trigger' as const };
  const compacted = (input: object[], more: Params = {}) =>
    client.responses.create({ model: 'scripted', input: [...input, trigger] as typeof LONG, ...more });

  it('is a compaction without an answer, which later requests start from', async () => {
    const response = await compacted(LONG);
    expect(typesOf(response)).toEqual(['compaction']);
    expect(response.status).toBe('completed');
    expect(response.usage?.input_tokens).toBeGreaterThan(THRESHOLD);
    expect(response.usage?.output_tokens).toBeGreaterThan(0);
    const next = { input: 'and now?', previous_response_id: response.id };
    expect(await tokensOf(next)).toBeLessThan(await tokensOf({ input: LONG }));
    const [item] = response.output;
    const read = await client.responses.create({ model: 'scripted', input: [item] as typeof LONG });
    expect(read.output_text).toBe('the question');
    const stored = await client.responses.inputItems.list(response.id, { limit: 100 });
    expect(stored.data).toHaveLength(LONG.length);
  });

  it('streams the item, and compacts a previous response', async () => {
    const first = await client.responses.create({ model: 'scripted', input: 'one two three' });
    const params = { model: 'scripted', previous_response_id: first.id, input: [trigger] as object[] as typeof LONG };
    const events = await Array.fromAsync(await client.responses.create({ ...params, stream: true }));
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.output_item.done',
      'response.completed',
    ]);
  });

  it('is refused without items, and with a trigger that is not the last item', async () => {
    await expect(compacted([])).rejects.toMatchObject({ status: 400, param: 'input' });
    await expect(compacted([trigger, ...SHORT])).rejects.toMatchObject({ status: 400, param: 'input[0].type' });
  });
});
