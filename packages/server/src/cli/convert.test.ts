/** Runs `selfsame convert` in a separate process against a server. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../start/testing/test-server.ts';
import { runProgram } from './testing/run-program.ts';

let folder: string;
let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-convert-'));
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function convert(...words: string[]): Promise<Record<string, unknown>> {
  const env = { SELFSAME_DATA_DIR: folder };
  const { stdout, stderr } = await runProgram(['convert', ...words, '--url', server.url], { env });
  if (stdout.trim() === '') throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const itemsOf = async (id: string) => {
  const { data } = await client.conversations.items.list(id, { order: 'asc' });
  return data.map((item) => (item.type === 'message' ? [item.role, (item.content[0] as { text: string }).text] : []));
};
const messagesOf = async (id: string) => {
  const { data } = await client.beta.threads.messages.list(id, { order: 'asc' });
  return data.map(({ role, content: [part] }) => [role, part?.type === 'text' ? part.text.value : '']);
};

describe('selfsame convert', () => {
  it('copies a thread to a conversation, and a second time only new messages', async () => {
    const file = await server.upload();
    const messages = Array.from({ length: 25 }, (_, index) => ({
      role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content: `message ${index}`,
    }));
    const thread = await client.beta.threads.create({ messages, metadata: { topic: 'a' } });
    const attachments = [{ file_id: file, tools: [{ type: 'file_search' as const }] }];
    await client.beta.threads.messages.create(thread.id, { role: 'user', content: 'see this', attachments });
    const planned = await convert('thread', thread.id, '--dry-run');
    expect(planned).toMatchObject({ thread: thread.id, items: 26, conversation: null });
    expect(JSON.stringify(planned['omitted'])).toContain(file);
    const { conversation } = await convert('thread', thread.id);
    const copied = await itemsOf(String(conversation));
    expect(copied.slice(0, 2)).toEqual([
      ['user', 'message 0'],
      ['assistant', 'message 1'],
    ]);
    await client.beta.threads.messages.create(thread.id, { role: 'user', content: 'new' });
    expect(await convert('thread', thread.id)).toMatchObject({ conversation, items: 1 });
    const { data } = await client.conversations.items.list(String(conversation), { limit: 100, order: 'asc' });
    expect(data).toHaveLength(27);
    expect((await client.beta.threads.retrieve(thread.id)).metadata).toMatchObject({ topic: 'a' });
  });

  it('copies a conversation to a thread and names what no thread has', async () => {
    const { id } = await client.conversations.create({
      items: [
        { type: 'message', role: 'user', content: 'one' },
        { type: 'message', role: 'system', content: 'Be brief.' },
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: 'x' },
        { type: 'message', role: 'assistant', content: 'two' },
      ],
    });
    const report = await convert('conversation', id);
    expect(report).toMatchObject({ messages: 2 });
    expect(report['omitted']).toHaveLength(3);
    expect(await messagesOf(String(report['thread']))).toEqual([
      ['user', 'one'],
      ['assistant', 'two'],
    ]);
    expect(await convert('conversation', id)).toMatchObject({ messages: 0, thread: report['thread'] });
  });

  it('turns an assistant into parameters of responses, and back into an equal assistant', async () => {
    const store = await client.vectorStores.create({});
    const assistant = await client.beta.assistants.create({
      model: 'scripted',
      name: 'guide',
      instructions: 'Be brief.',
      temperature: 0.5,
      tools: [
        { type: 'function', function: { name: 'go', parameters: { type: 'object', properties: {} } } },
        { type: 'file_search', file_search: { max_num_results: 3 } },
      ],
      tool_resources: { file_search: { vector_store_ids: [store.id] } },
      metadata: { team: 'a' },
    });
    const report = await convert('assistant', assistant.id);
    expect(report).toMatchObject({
      request: {
        model: 'scripted',
        instructions: 'Be brief.',
        tools: [
          { type: 'function', name: 'go', strict: false },
          { type: 'file_search', vector_store_ids: [store.id], max_num_results: 3 },
        ],
      },
      omitted: ['its name'],
    });
    const request = report['request'] as OpenAI.Responses.ResponseCreateParamsNonStreaming;
    expect((await client.responses.create({ ...request, input: 'hello' })).output_text).toBe('hello');
    const path = join(folder, 'request.json');
    await writeFile(path, JSON.stringify(report));
    const { assistant: id } = await convert('request', path);
    const made = await client.beta.assistants.retrieve(String(id));
    const { tools, tool_resources, temperature, metadata, instructions } = assistant;
    expect(made).toMatchObject({ tool_resources, temperature, metadata, instructions });
    expect(made.tools.map(({ type }) => type)).toEqual(tools.map(({ type }) => type));
  });

  it('names what it cannot convert, and an object that does not exist', async () => {
    await expect(convert('batch', 'b')).rejects.toThrow(/nothing converts a 'batch'/);
    await expect(convert('thread', 'thread_none')).rejects.toThrow(/thread_none/);
  });
});
