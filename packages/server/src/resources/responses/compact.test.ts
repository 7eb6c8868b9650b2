import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { openTestClient } from '../../start/testing/test-client.ts';
import { startTestServer } from '../../start/testing/test-server.ts';

const { server, client } = await openTestClient();

type Items = OpenAI.Responses.ResponseInputItem[];

const CALL = { type: 'function_call' as const, call_id: 'call_1', name: 'add', arguments: '{"a":1}' };
const WINDOW: Items = [
  { role: 'developer', content: 'Be brief.' },
  { role: 'user', content: 'My name is Ada.' },
  { role: 'assistant', content: 'Nice to meet you, good Ada.' },
  { role: 'user', content: 'Add it.' },
  CALL,
  { type: 'function_call_output', call_id: 'call_1', output: 'the sum is 42' },
];
const compact = (more: object = {}) =>
  client.responses.compact({
    model: 'scripted' as OpenAI.Responses.ResponseCompactParams['model'],
    input: WINDOW,
    ...more,
  } as OpenAI.Responses.ResponseCompactParams);
const tokensOf = async (input: Items) =>
  (await client.responses.inputTokens.count({ model: 'scripted', input })).input_tokens;
const itemsOf = ({ output }: OpenAI.Responses.CompactedResponse) => output as Items;

/** The scripted model repeats the conversation as its summary, and then answers with what it read. */
const summaryOf = async (output: Items) => {
  const last = output.at(-1) as { encrypted_content: string };
  return { tokens: await tokensOf([last as Items[number]]), sealed: last.encrypted_content };
};

describe('the compaction of a conversation', () => {
  it('keeps the messages of the user and of the developer, and one encrypted item for the rest', async () => {
    const compaction = await compact({ instructions: 'Help with sums.' });
    expect(compaction).toMatchObject({ object: 'response.compaction', id: expect.stringMatching(/^resp_/) });
    expect(compaction.output).toMatchObject([
      { type: 'message', role: 'developer', status: 'completed', content: [{ text: 'Be brief.' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'My name is Ada.' }] },
      { type: 'message', role: 'user', content: [{ text: 'Add it.' }] },
      { type: 'compaction', id: expect.stringMatching(/^cmp_/), encrypted_content: expect.any(String) },
    ]);
    expect(JSON.stringify(compaction.output)).not.toContain('the sum is');
    const { usage } = compaction;
    expect(usage.output_tokens).toBeGreaterThan(0);
    expect(usage.total_tokens).toBe(usage.input_tokens + usage.output_tokens);
  });

  it('is read by the model of the next request as the summary that the model wrote', async () => {
    const output = itemsOf(await compact());
    const response = await client.responses.create({ model: 'scripted', input: [output.at(-1) as Items[number]] });
    for (const text of ['Summary of the conversation', 'good Ada', 'Assistant calls add', 'the sum is 42']) {
      expect(response.output_text).toContain(text);
    }
    const next: Items = [...output, { role: 'user', content: 'And now?' }];
    expect((await client.responses.create({ model: 'scripted', input: next })).output_text).toBe('And now?');
    expect(await tokensOf(next)).toBeGreaterThan((await summaryOf(output)).tokens);
  });

  it('compacts the conversation of a previous response, whose compactions it replaces', async () => {
    const first = await client.responses.create({ model: 'scripted', input: 'one' });
    const once = await compact({ input: undefined, previous_response_id: first.id });
    expect(once.output.map(({ type }) => type)).toEqual(['message', 'compaction']);
    const second = await client.responses.create({ model: 'scripted', input: [...itemsOf(once), ...WINDOW] });
    const twice = await compact({ input: 'last', previous_response_id: second.id });
    expect(twice.output.filter(({ type }) => type === 'compaction')).toHaveLength(1);
    const texts = twice.output.flatMap((item) => (item.type === 'message' ? item.content : []));
    expect(texts.map((part) => ('text' in part ? part.text : ''))).toEqual([
      'one',
      'Be brief.',
      'My name is Ada.',
      'Add it.',
      'last',
    ]);
  });

  it('keeps a call whose output comes later', async () => {
    const { output } = await compact({ input: WINDOW.slice(0, -1) });
    expect(output.at(-1)).toMatchObject({ type: 'function_call', call_id: 'call_1' });
    const answer: Items = [...(output as Items), WINDOW.at(-1) as Items[number]];
    expect((await client.responses.create({ model: 'scripted', input: answer })).output_text).toBe('the sum is 42');
  });

  it('summarizes a conversation that is longer than the context of the model', async () => {
    const long: Items = Array.from({ length: 60 }, (_, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content: `${index} ${'word '.repeat(200)}`,
    }));
    const compaction = await compact({ input: long });
    expect(compaction.usage.input_tokens).toBeGreaterThan(8192);
    expect(compaction.output).toHaveLength(31);
  });

  it('is metered for the operation', async () => {
    const { usage } = await compact();
    expect(server.logged()).toContain(`"inputTokens":${usage.input_tokens},"outputTokens":${usage.output_tokens}`);
  });

  it('opens after a restart of the server, and in no other installation', async () => {
    const output = itemsOf(await compact());
    const other = await startTestServer();
    const theirs = new OpenAI({ baseURL: `${other.url}/v1`, apiKey: 'any', maxRetries: 0 });
    const refused = theirs.responses.create({ model: 'scripted', input: output });
    await expect(refused).rejects.toMatchObject({ status: 400, code: 'invalid_encrypted_content' });
    await other.close();
    const { dataDir } = server;
    const again = await startTestServer({ dataDir });
    const same = new OpenAI({ baseURL: `${again.url}/v1`, apiKey: 'any', maxRetries: 0 });
    expect((await same.responses.create({ model: 'scripted', input: output })).status).toBe('completed');
    await again.close();
  });

  it('is refused by name if its content was changed', async () => {
    const output = itemsOf(await compact());
    const last = output.at(-1) as { encrypted_content: string };
    const changed = { ...last, encrypted_content: `A${last.encrypted_content.slice(1)}x` };
    const input = [...output.slice(0, -1), changed as Items[number]];
    const error = { status: 400, code: 'invalid_encrypted_content', param: 'input[3].encrypted_content' };
    await expect(client.responses.create({ model: 'scripted', input })).rejects.toMatchObject(error);
    await expect(compact({ input })).rejects.toMatchObject(error);
    await expect(client.conversations.create({ items: input })).rejects.toMatchObject({
      ...error,
      param: 'items[3].encrypted_content',
    });
  });

  it.each<[object, string]>([
    [{ model: null }, 'model'],
    [{ model: undefined }, 'model'],
    [{ model: 'none' }, 'model'],
    [{ input: undefined }, 'input'],
    [{ input: [] }, 'input'],
    [{ previous_response_id: 'resp_none' }, 'previous_response_id'],
    [{ conversation: 'conv_1' }, 'conversation'],
  ])('refuses %j by name', async (more, param) => {
    await expect(compact(more)).rejects.toMatchObject({ param });
  });
});
