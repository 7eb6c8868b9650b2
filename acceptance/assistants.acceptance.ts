/** Assistants, threads and messages through the official client of their time, which sends `OpenAI-Beta: assistants=v2` by itself. */
import OpenAI, { toFile } from 'openai-v4';
import { describe, expect, it } from 'vitest';
import { failureOf } from './openai-clients.ts';
import { target } from './target.ts';

const { baseURL, apiKey, model } = target;
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const MANY = 250;

const WEATHER = {
  type: 'function',
  function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
} as const;

describe('assistants with openai 4', () => {
  it('are made, described, changed, listed and deleted', async () => {
    const made = await client.beta.assistants.create({
      model,
      name: 'Weather',
      instructions: 'Be brief.',
      tools: [WEATHER],
    });
    expect(made).toMatchObject({
      object: 'assistant',
      name: 'Weather',
      tools: [WEATHER],
      temperature: 1,
      metadata: {},
    });
    expect(await client.beta.assistants.retrieve(made.id)).toEqual(made);
    const changed = await client.beta.assistants.update(made.id, { description: 'ü', metadata: { a: 'b' }, tools: [] });
    expect(changed).toEqual({ ...made, description: 'ü', metadata: { a: 'b' }, tools: [] });
    expect((await client.beta.assistants.list({ limit: 1 })).data).toEqual([changed]);
    expect(await client.beta.assistants.del(made.id)).toEqual({
      id: made.id,
      object: 'assistant.deleted',
      deleted: true,
    });
    expect(await failureOf(client.beta.assistants.retrieve(made.id))).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('page by themselves through all of them, in both orders', async () => {
    const made = await Promise.all(
      Array.from({ length: 25 }, async () => (await client.beta.assistants.create({ model })).id),
    );
    for (const order of ['asc', 'desc'] as const) {
      const seen: string[] = [];
      for await (const { id } of client.beta.assistants.list({ limit: 10, order })) seen.push(id);
      expect(seen.filter((id) => made.includes(id)).toSorted()).toEqual(made.toSorted());
    }
    await Promise.all(made.map((id) => client.beta.assistants.del(id)));
  });

  it('are refused by name where they ask for what is not there', async () => {
    expect(await failureOf(client.beta.assistants.create({ model: 'none-such' }))).toMatchObject({
      status: 404,
      param: 'model',
    });
    const old = { model, file_ids: ['file-x'] } as OpenAI.Beta.AssistantCreateParams;
    expect(await failureOf(client.beta.assistants.create(old))).toMatchObject({ status: 400, param: 'file_ids' });
  });
});

describe('threads with openai 4', () => {
  it('are made of nothing or with messages, changed and deleted', async () => {
    const empty = await client.beta.threads.create();
    expect((await client.beta.threads.messages.list(empty.id)).data).toEqual([]);
    const file = await client.files.create({ file: await toFile(Buffer.from('a,b'), 'a.csv'), purpose: 'assistants' });
    const attachments = [{ file_id: file.id, tools: [{ type: 'code_interpreter' as const }] }];
    const thread = await client.beta.threads.create({
      messages: [{ role: 'user', content: 'Read this.', attachments }],
      metadata: { topic: 'files' },
    });
    const [message] = (await client.beta.threads.messages.list(thread.id)).data;
    expect(message).toMatchObject({
      role: 'user',
      status: 'completed',
      thread_id: thread.id,
      run_id: null,
      attachments,
    });
    expect(await client.beta.threads.retrieve(thread.id)).toEqual(thread);
    expect(await client.beta.threads.update(thread.id, { metadata: {} })).toEqual({ ...thread, metadata: {} });
    expect(await client.beta.threads.del(thread.id)).toEqual({
      id: thread.id,
      object: 'thread.deleted',
      deleted: true,
    });
    expect(await failureOf(client.beta.threads.messages.list(thread.id))).toMatchObject({ status: 404 });
    await client.files.del(file.id);
    await client.beta.threads.del(empty.id);
  });

  it('keep the order of their messages, whoever adds to them, and page through them by themselves', async () => {
    const first = Array.from({ length: MANY }, (_, i) => ({ role: 'user' as const, content: `m${i}` }));
    const thread = await client.beta.threads.create({ messages: first });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        client.beta.threads.messages.create(thread.id, { role: 'assistant', content: `n${i}` }),
      ),
    );
    const seen: string[] = [];
    for await (const { content } of client.beta.threads.messages.list(thread.id, { limit: 100, order: 'asc' })) {
      seen.push(content[0]?.type === 'text' ? content[0].text.value : '');
    }
    expect(seen.slice(0, MANY)).toEqual(first.map(({ content }) => content));
    expect(seen.slice(MANY).toSorted()).toEqual(Array.from({ length: 20 }, (_, i) => `n${i}`).toSorted());
    await client.beta.threads.del(thread.id);
  });

  it('have messages that are described, changed and deleted', async () => {
    const thread = await client.beta.threads.create();
    const content = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'image_url' as const, image_url: { url: 'https://example.com/a.png' } },
    ];
    const made = await client.beta.threads.messages.create(thread.id, { role: 'user', content });
    expect(await client.beta.threads.messages.retrieve(thread.id, made.id)).toEqual(made);
    const changed = await client.beta.threads.messages.update(thread.id, made.id, { metadata: { seen: 'yes' } });
    expect(changed).toEqual({ ...made, metadata: { seen: 'yes' } });
    const deletion = await client.beta.threads.messages.del(thread.id, made.id);
    expect(deletion).toEqual({ id: made.id, object: 'thread.message.deleted', deleted: true });
    expect(await failureOf(client.beta.threads.messages.retrieve(thread.id, made.id))).toMatchObject({ status: 404 });
    await client.beta.threads.del(thread.id);
  });
});
