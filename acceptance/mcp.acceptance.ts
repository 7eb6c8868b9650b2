/** The tools of the server for MCP clients: over HTTP at `/mcp`, and over stdio by `selfsame mcp`. */
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { REPOSITORY, runCommand, startServer } from './server.ts';
import { ask, scripted, target } from './target.ts';

const PROGRAM = join(REPOSITORY, 'packages/server/bin/selfsame.js');

type ToolResult = Awaited<ReturnType<Client['callTool']>>;

async function connectByHttp(query = ''): Promise<Client> {
  const headers = { authorization: `Bearer ${target.apiKey}` };
  const client = new Client({ name: 'test', version: '0' });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${target.url}/mcp${query}`), { requestInit: { headers } }),
  );
  return client;
}

async function connectByStdio(...flags: string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '0' });
  const env = { PATH: process.env['PATH'] ?? '', OPENAI_BASE_URL: target.baseURL, OPENAI_API_KEY: target.apiKey };
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [PROGRAM, 'mcp', ...flags], env, stderr: 'inherit' }),
  );
  return client;
}

const textOf = ({ content }: ToolResult) => (content as { text: string }[])[0]?.text ?? '';
const errorOf = (result: ToolResult) => (JSON.parse(textOf(result)) as { error: { code: string } }).error;

interface Completion {
  id: string;
  choices: { message: { content: string } }[];
}

/** Stores a completion, reads, lists, changes and deletes it: seven tools. */
async function useStoredCompletions(client: Client): Promise<void> {
  const call = async <T>(name: string, args: object) => {
    const result = await client.callTool({ name: `openai_ai_${name}`, arguments: { ...args } });
    expect([name, result.isError ?? false, textOf(result).slice(0, 300)]).toEqual([name, false, expect.any(String)]);
    return result.structuredContent as T;
  };
  const messages = ask('repeat: blue horse');
  const made = await call<Completion>('create_chat_completion', { model: target.model, messages, store: true });
  const { id } = made;
  const read = await call<Completion>('get_chat_completion', { completion_id: id });
  expect(read.choices[0]?.message.content).toBe(made.choices[0]?.message.content);
  const stored = await call<{ data: { role: string }[] }>('get_chat_completion_messages', { completion_id: id });
  expect(stored.data.map(({ role }) => role)).toEqual(['user']);
  const updated = await call<{ metadata: object }>('update_chat_completion', {
    completion_id: id,
    metadata: { colour: 'blue' },
  });
  expect(updated.metadata).toEqual({ colour: 'blue' });
  const found = await call<{ data: Completion[] }>('list_chat_completions', { metadata: { colour: 'blue' } });
  expect(found.data.map((each) => each.id)).toContain(id);
  expect(await call('delete_chat_completion', { completion_id: id })).toMatchObject({ deleted: true });
}

describe('the MCP tools over HTTP', () => {
  let client: Client;
  beforeAll(async () => {
    client = await connectByHttp();
  });
  afterAll(() => client.close());

  it('stores, reads, lists, changes and deletes a chat completion', () => useStoredCompletions(client));

  it('lists models, retrieves one and computes an embedding of it', async () => {
    const listed = await client.callTool({ name: 'openai_ai_list_models', arguments: {} });
    const { data } = listed.structuredContent as { data: { id: string }[] };
    const [first] = data;
    const one = await client.callTool({ name: 'openai_ai_retrieve_model', arguments: { model: first?.id } });
    expect(one.structuredContent).toMatchObject({ id: first?.id, object: 'model' });
    const removed = await client.callTool({ name: 'openai_ai_delete_model', arguments: { model: 'ft:unknown' } });
    expect(errorOf(removed).code).toBe('model_not_found');
    const embedded = await client.callTool({
      name: 'openai_ai_create_embedding',
      arguments: { model: 'text-embedding-3-small', input: ['a', 'b'] },
    });
    if (scripted) expect((embedded.structuredContent as { data: object[] }).data).toHaveLength(2);
  });

  it('continues a prompt, and folds a stream while it reports progress', async () => {
    const prompt = ask('repeat: blue horse', { tokens: 20 })[0].content;
    const progress: string[] = [];
    const plain = await client.callTool({
      name: 'openai_ai_create_completion',
      arguments: { model: target.model, prompt, max_tokens: 20, temperature: 0, seed: 1 },
    });
    const folded = await client.callTool(
      {
        name: 'openai_ai_create_completion',
        arguments: { model: target.model, prompt, max_tokens: 20, temperature: 0, seed: 1, stream: true },
      },
      { onprogress: ({ message }) => progress.push(message ?? '') },
    );
    const choicesOf = (result: ToolResult) => (result.structuredContent as { choices: object[] }).choices;
    expect(choicesOf(folded)).toEqual(choicesOf(plain));
    expect(progress.length).toBeGreaterThan(0);
  });

  it('answers every other tool of the catalogue with a result or the error not_served', async () => {
    const calls: Record<string, object> = {
      create_image: { prompt: 'a horse' },
      create_image_variation: { image: 'iVBORw0KGgo=' },
      create_moderation: { input: 'text' },
      create_realtime_session: { model: 'gpt-realtime' },
      create_realtime_transcription_session: {},
      create_speech: { model: 'tts-1', input: 'Hi', voice: 'alloy' },
      create_transcription: { file: 'QUJDRA==', model: 'whisper-1' },
      create_translation: { file: 'QUJDRA==', model: 'whisper-1' },
      create_response: { model: target.model, input: 'Hi' },
      get_response: { response_id: 'resp_unknown' },
      list_input_items: { response_id: 'resp_unknown' },
      delete_response: { response_id: 'resp_unknown' },
    };
    for (const [name, args] of Object.entries(calls)) {
      const result = await client.callTool({ name: `openai_ai_${name}`, arguments: { ...args } });
      // The tool reached the server, which refused the operation or its input.
      if (result.isError === true) expect([name, errorOf(result).code]).not.toEqual([name, undefined]);
      else expect(result.structuredContent ?? result.content).toBeTruthy();
    }
  });

  it('adds the tools of a group, and only those that read', async () => {
    const more = await connectByHttp('?tools=files&read_only=true');
    const { tools } = await more.listTools();
    const added = tools.map(({ name }) => name).filter((name) => name.startsWith('openai_files'));
    expect(added.toSorted()).toEqual(['openai_files_content', 'openai_files_list', 'openai_files_retrieve']);
    const listed = await more.callTool({ name: 'openai_files_list', arguments: { limit: 1 } });
    expect(listed.structuredContent).toMatchObject({ object: 'list' });
    await more.close();
  });

  it('serves 64 clients at once', async () => {
    const clients = await Promise.all(Array.from({ length: 64 }, () => connectByHttp()));
    const results = await Promise.all(
      clients.map((each) => each.callTool({ name: 'openai_ai_list_models', arguments: {} })),
    );
    expect(results.filter(({ isError }) => isError === true)).toEqual([]);
    await Promise.all(clients.map((each) => each.close()));
  });
});

describe('a server with keys', () => {
  it('serves the tools to a client with a key, acts with that key, and refuses a client without one', async () => {
    const server = await startServer({ settings: { SELFSAME_SCRIPTED: 'true' } });
    try {
      const secret = await runCommand(['keys', 'create'], server.dataDir);
      const connect = async (key: string) => {
        const client = new Client({ name: 'test', version: '0' });
        const requestInit = { headers: { authorization: `Bearer ${key}` } };
        await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit }));
        return client;
      };
      const client = await connect(secret);
      const listed = await client.callTool({ name: 'openai_ai_list_models', arguments: {} });
      expect(listed.isError ?? false).toBe(false);
      await client.close();
      await vi.waitFor(() => expect(connect('sk-wrong')).rejects.toThrow(), { timeout: 10_000, interval: 200 });
    } finally {
      await server.stop();
    }
  });
});

describe('selfsame mcp', () => {
  it('serves the tools over stdio', async () => {
    const client = await connectByStdio();
    await useStoredCompletions(client);
    await client.close();
  });

  it('adds all operations, and names a group that does not exist', async () => {
    const client = await connectByStdio('--tools', 'all');
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('openai_vector_stores_file_batches_cancel');
    expect(tools.length).toBeGreaterThan(200);
    await client.close();
    await expect(connectByStdio('--tools', 'horses')).rejects.toThrow();
  });
});
