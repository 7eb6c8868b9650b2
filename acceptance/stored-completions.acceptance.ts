/** Stored completions through the official clients: retrieved, listed page by page, updated and deleted. */
import { describe, expect, it } from 'vitest';
import { deleteById, failureOf, GENERATIONS } from './openai-clients.ts';
import { target } from './target.ts';

const { baseURL, apiKey } = target;
const MODEL = process.env['SELFSAME_TEST_CHAT_MODEL'] ?? 'gpt-4o-mini';
const KEPT = 25;

describe.each(GENERATIONS)('stored completions with $name', ({ name, Client }) => {
  const client = new Client({ baseURL, apiKey, maxRetries: 0 });
  const run = `${name} ${Date.now()}`;
  const create = (text: string) =>
    client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: text }],
      max_tokens: 8,
      store: true,
      metadata: { run, text },
    });

  it('keeps a completion, its messages and its metadata until it is deleted', async () => {
    const made = await create('hello');
    const stored = await client.chat.completions.retrieve(made.id);
    expect(stored).toMatchObject({ id: made.id, choices: made.choices, usage: made.usage });
    const updated = await client.chat.completions.update(made.id, { metadata: { run, text: 'changed' } });
    expect(updated.metadata).toEqual({ run, text: 'changed' });
    const { data } = await client.chat.completions.messages.list(made.id);
    expect(data).toMatchObject([{ id: `${made.id}-0`, role: 'user', content: 'hello' }]);
    expect(await deleteById(client.chat.completions, made.id)).toMatchObject({ id: made.id, deleted: true });
    expect(await failureOf(client.chat.completions.retrieve(made.id))).toMatchObject({ status: 404 });
  });

  it('stores a streamed completion', async () => {
    const stream = await client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: 'one two three' }],
      max_tokens: 8,
      store: true,
      stream: true,
    });
    let id = '';
    let text = '';
    for await (const chunk of stream) {
      id = chunk.id;
      text += chunk.choices[0]?.delta.content ?? '';
    }
    const stored = await client.chat.completions.retrieve(id);
    expect(stored.choices[0]?.message.content).toBe(text);
  });

  it('lists stored completions by metadata, page by page, oldest first', async () => {
    const made: string[] = [];
    for (let i = 0; i < KEPT; i += 1) made.push((await create(`page ${i}`)).id);
    const found: string[] = [];
    for await (const { id } of client.chat.completions.list({ metadata: { run }, limit: 10 })) found.push(id);
    expect(found).toEqual(made);
    const newest = await client.chat.completions.list({ metadata: { run }, limit: 1, order: 'desc' });
    expect(newest.data.map(({ id }) => id)).toEqual(made.slice(-1));
  });
});
