import { describe, expect, it } from 'vitest';
import { openTestClient } from '../../start/testing/test-client.ts';

const { client } = await openTestClient();

const message = (content: string) => ({ type: 'message' as const, role: 'user' as const, content });
const textsOf = async (id: string) => {
  const { data } = await client.conversations.items.list(id, { order: 'asc' });
  return data.map((item) => (item.type === 'message' ? (item.content[0] as { text: string }).text : item.type));
};

describe('a conversation', () => {
  it('keeps its metadata and its items until it is deleted', async () => {
    const created = await client.conversations.create({ metadata: { topic: 'a' }, items: [message('one')] });
    expect(created).toMatchObject({ object: 'conversation', metadata: { topic: 'a' } });
    expect(await client.conversations.retrieve(created.id)).toEqual(created);
    const updated = await client.conversations.update(created.id, { metadata: { topic: 'b' } });
    expect(updated.metadata).toEqual({ topic: 'b' });
    expect(await textsOf(created.id)).toEqual(['one']);
    expect(await client.conversations.delete(created.id)).toMatchObject({
      object: 'conversation.deleted',
      deleted: true,
    });
    await expect(client.conversations.retrieve(created.id)).rejects.toMatchObject({ status: 404 });
  });

  it('is created without a body', async () => {
    expect((await client.conversations.create()).metadata).toEqual({});
  });

  it('lists, retrieves, appends and deletes items', async () => {
    const { id } = await client.conversations.create({ items: [message('one')] });
    const added = await client.conversations.items.create(id, { items: [message('two'), message('three')] });
    expect(added.data).toHaveLength(2);
    expect(await textsOf(id)).toEqual(['one', 'two', 'three']);
    const item = added.data[0] ?? { id: '' };
    expect(await client.conversations.items.retrieve(item.id ?? '', { conversation_id: id })).toEqual(item);
    await client.conversations.items.delete(item.id ?? '', { conversation_id: id });
    expect(await textsOf(id)).toEqual(['one', 'three']);
    await expect(client.conversations.items.retrieve(item.id ?? '', { conversation_id: id })).rejects.toMatchObject({
      status: 404,
      param: 'item_id',
    });
  });

  it('returns 404 with the name of the parameter for a conversation that does not exist', async () => {
    for (const request of [
      () => client.conversations.retrieve('conv_none'),
      () => client.conversations.update('conv_none', { metadata: {} }),
      () => client.conversations.delete('conv_none'),
      () => client.conversations.items.list('conv_none'),
      () => client.conversations.items.create('conv_none', { items: [message('a')] }),
    ]) {
      await expect(request()).rejects.toMatchObject({ status: 404, param: 'conversation_id' });
    }
  });

  it('refuses more than 20 items in one request', async () => {
    const items = Array.from({ length: 21 }, (_, index) => message(String(index)));
    await expect(client.conversations.create({ items })).rejects.toMatchObject({ status: 400, param: 'items' });
  });
});

describe('a response in a conversation', () => {
  it('reads the items and appends its input and its output', async () => {
    const { id } = await client.conversations.create({ items: [message('one')] });
    const response = await client.responses.create({ model: 'scripted', input: 'two', conversation: id });
    expect(response).toMatchObject({ conversation: { id }, output_text: 'two' });
    expect(await textsOf(id)).toEqual(['one', 'two', 'two']);
    const alone = await client.responses.create({ model: 'scripted', input: 'two' });
    expect(response.usage?.input_tokens).toBeGreaterThan(alone.usage?.input_tokens ?? 0);
  });

  it('refuses a second response and new items until it has ended', async () => {
    const { id } = await client.conversations.create();
    const input = `@script ${JSON.stringify({ tokens: 400, delayMs: 20 })}\nslow`;
    const first = await client.responses.create({ model: 'scripted', input, conversation: { id }, background: true });
    const locked = { status: 409, code: 'conversation_locked' };
    await expect(client.responses.create({ model: 'scripted', input: 'two', conversation: id })).rejects.toMatchObject(
      locked,
    );
    await expect(client.conversations.items.create(id, { items: [message('x')] })).rejects.toMatchObject(locked);
    await client.responses.cancel(first.id);
    const next = await client.responses.create({ model: 'scripted', input: 'two', conversation: id });
    expect(next.output_text).toBe('two');
    expect(await textsOf(id)).toEqual(['two', 'two']);
  });
});
