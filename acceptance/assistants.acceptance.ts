/** Assistants, threads and messages through official clients that send `OpenAI-Beta: assistants=v2`. */
import type OpenAI from 'openai-v4';
import { toFile } from 'openai-v4';
import OpenAI447 from 'openai-v4-47';
import { describe, expect, it } from 'vitest';
import { ASSISTANTS_GENERATIONS, failureOf } from './openai-clients.ts';
import { target } from './target.ts';

const { baseURL, apiKey, model } = target;
const MANY = 250;
const POLL = { pollIntervalMs: 20 };

const WEATHER = {
  type: 'function',
  function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
} as const;

describe.each(ASSISTANTS_GENERATIONS)('assistants with $name', ({ Client }) => {
  const client = new Client({ baseURL, apiKey, maxRetries: 0 });

  it('creates, retrieves, updates, lists and deletes an assistant', async () => {
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

  it('pages automatically through all assistants in both orders', async () => {
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

  it('refuses by name an assistant that needs missing resources', async () => {
    expect(await failureOf(client.beta.assistants.create({ model: 'none-such' }))).toMatchObject({
      status: 404,
      param: 'model',
    });
    const old = { model, file_ids: ['file-x'] } as OpenAI.Beta.AssistantCreateParams;
    expect(await failureOf(client.beta.assistants.create(old))).toMatchObject({ status: 400, param: 'file_ids' });
  });
});

describe.each(ASSISTANTS_GENERATIONS)('threads with $name', ({ Client }) => {
  const client = new Client({ baseURL, apiKey, maxRetries: 0 });

  it('creates a thread with and without messages, updates and deletes it', async () => {
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

  it('keeps the order of concurrently added messages and pages automatically through them', async () => {
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

  it('retrieves, updates and deletes the messages of a thread', async () => {
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

describe('vector stores with openai 4.47', () => {
  it('fills, polls, lists and deletes a vector store', async () => {
    const { beta, files } = new OpenAI447({ baseURL, apiKey, maxRetries: 0 });
    const store = await beta.vectorStores.create({ name: 'hours', metadata: { a: 'b' } });
    expect(store).toMatchObject({ object: 'vector_store', name: 'hours', file_counts: { total: 0 } });
    const upload = (i: number) => toFile(Buffer.from(`Hall ${i} opens at ${i}.`), `hall-${i}.txt`);
    const read = await beta.vectorStores.files.uploadAndPoll(store.id, await upload(0), POLL);
    expect(read).toMatchObject({ object: 'vector_store.file', status: 'completed' });
    const several = await Promise.all([1, 2, 3].map(upload));
    const batch = await beta.vectorStores.fileBatches.uploadAndPoll(store.id, { files: several }, POLL);
    expect(batch).toMatchObject({ status: 'completed', file_counts: { completed: 3, total: 3 } });
    const ids: string[] = [];
    for await (const { id } of beta.vectorStores.files.list(store.id, { limit: 2 })) ids.push(id);
    expect(ids).toHaveLength(4);
    const search = { file_search: { vector_store_ids: [store.id] } };
    const assistant = await beta.assistants.create({ model, tools: [{ type: 'file_search' }], tool_resources: search });
    expect(assistant.tool_resources).toEqual(search);
    await beta.assistants.del(assistant.id);
    expect(await beta.vectorStores.files.del(store.id, read.id)).toMatchObject({ deleted: true });
    expect((await beta.vectorStores.update(store.id, { name: 'halls' })).name).toBe('halls');
    expect(await beta.vectorStores.del(store.id)).toMatchObject({ deleted: true });
    await Promise.all(ids.map((id) => files.del(id)));
  });
});
