import type { Client } from '@modelcontextprotocol/client';
import { afterEach, describe, expect, it } from 'vitest';
import { createApiConnection } from './api-connection.ts';
import { createConnections } from './connections.ts';
import type { FileAccess } from './file-argument.ts';
import { type ApiStub, type Respond, respondWith, respondWithEvents, startApiStub } from './testing/api-stub.ts';
import { connectClient } from './testing/connect-client.ts';

const KEY = 'sk-secret-of-the-test';
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

interface Setup {
  client: Client;
  api: ApiStub;
}

async function connect(respond: Respond, files: FileAccess = 'inline'): Promise<Setup> {
  const api = await startApiStub(respond);
  const connection = createApiConnection({ baseUrl: api.baseUrl, apiKey: KEY });
  const client = await connectClient({ connections: createConnections(new Map([['default', connection]])), files });
  open.push(client, api);
  return { client, api };
}

const textOf = ({ content }: Awaited<ReturnType<Client['callTool']>>): string => {
  const [first] = content as { text: string }[];
  return first?.text ?? '';
};

const errorOf = (result: Awaited<ReturnType<Client['callTool']>>) => {
  expect(result.isError).toBe(true);
  return (JSON.parse(textOf(result)) as { error: Record<string, unknown> }).error;
};

describe('the standard catalogue', () => {
  it('lists 23 tools with 148 arguments', async () => {
    const { client } = await connect(respondWith({}));
    const { tools } = await client.listTools();
    expect(tools).toHaveLength(23);
    const names = tools.flatMap(({ inputSchema }) => Object.keys(inputSchema.properties ?? {}));
    expect(names).toHaveLength(148);
  });

  it('describes every tool and every argument, and types the items of lists', async () => {
    const { client } = await connect(respondWith({}));
    const { tools } = await client.listTools();
    const undescribed: string[] = [];
    for (const { name, description, inputSchema } of tools) {
      expect(description, name).toMatch(/\.$/);
      for (const [argument, schema] of Object.entries(inputSchema.properties ?? {})) {
        const { type, description: text, items } = schema as { type: unknown; description?: string; items?: object };
        if (text === undefined) undescribed.push(`${name} ${argument}`);
        if ([type].flat().includes('array')) expect([name, argument, typeof items]).toEqual([name, argument, 'object']);
      }
    }
    expect(undescribed).toEqual([]);
  });

  it('accepts strings where the API takes a union, such as the model and the stop sequence', async () => {
    const { client } = await connect(respondWith({}));
    const { tools } = await client.listTools();
    const schemaOf = (tool: string, argument: string) => {
      const found = tools.find(({ name }) => name === `openai_ai_${tool}`);
      const properties = (found?.inputSchema.properties ?? {}) as Record<string, { type: string | string[] }>;
      return [properties[argument]?.type].flat();
    };
    expect(schemaOf('create_chat_completion', 'model')).toContain('string');
    expect(schemaOf('create_chat_completion', 'stop')).toEqual(expect.arrayContaining(['string', 'array']));
    expect(schemaOf('create_chat_completion', 'tool_choice')).toEqual(expect.arrayContaining(['string', 'object']));
    expect(schemaOf('create_embedding', 'input')).toEqual(expect.arrayContaining(['string', 'array']));
    expect(schemaOf('create_response', 'input')).toEqual(expect.arrayContaining(['string', 'array']));
  });
});

describe('a call', () => {
  it('sends arguments as path, query and body, with the key of the connection', async () => {
    const { client, api } = await connect(respondWith({ object: 'list', data: [] }));
    await client.callTool({
      name: 'openai_ai_get_chat_completion_messages',
      arguments: { completion_id: 'chatcmpl-1', limit: 5, order: 'desc' },
    });
    await client.callTool({
      name: 'openai_ai_update_chat_completion',
      arguments: { completion_id: 'chatcmpl-1', metadata: { a: 'b' } },
    });
    const [get, update] = api.requests;
    expect(get?.url).toBe('/v1/chat/completions/chatcmpl-1/messages?limit=5&order=desc');
    expect(get?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect([update?.method, update?.url, String(update?.body)]).toEqual([
      'POST',
      '/v1/chat/completions/chatcmpl-1',
      '{"metadata":{"a":"b"}}',
    ]);
  });

  it('returns the JSON as text and as structured content', async () => {
    const { client } = await connect(respondWith({ object: 'list', data: [{ id: 'm', object: 'model' }] }));
    const result = await client.callTool({ name: 'openai_ai_list_models', arguments: {} });
    expect(result.structuredContent).toEqual({ object: 'list', data: [{ id: 'm', object: 'model' }] });
    expect(JSON.parse(textOf(result))).toEqual(result.structuredContent);
  });

  it('returns an error of the API as an error of the tool with its code, parameter and status', async () => {
    const error = { message: 'No model.', type: 'invalid_request_error', param: 'model', code: 'model_not_found' };
    const { client } = await connect(respondWith({ error }, 404));
    const result = await client.callTool({ name: 'openai_ai_retrieve_model', arguments: { model: 'x' } });
    expect(errorOf(result)).toEqual({ ...error, status: 404 });
  });

  it('removes the key from results and errors of a server that repeats it', async () => {
    const { client } = await connect(({ headers }, response) => {
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end(
          JSON.stringify({ error: { message: `Incorrect key: ${headers.authorization}`, code: 'invalid_api_key' } }),
        );
    });
    const result = await client.callTool({ name: 'openai_ai_list_models', arguments: {} });
    expect(JSON.stringify(result)).not.toContain(KEY);
    expect(errorOf(result)['message']).toBe('Incorrect key: Bearer [key]');
  });

  it('refuses an unknown argument and a missing one by name without a request', async () => {
    const { client, api } = await connect(respondWith({}));
    const unknown = await client.callTool({
      name: 'openai_ai_retrieve_model',
      arguments: { model: 'x', colour: 'red' },
    });
    const missing = await client.callTool({ name: 'openai_ai_create_embedding', arguments: { model: 'x' } });
    expect(errorOf(unknown)).toMatchObject({ type: 'invalid_request_error', param: 'colour' });
    expect(errorOf(missing)).toMatchObject({ type: 'invalid_request_error', param: 'input' });
    expect(api.requests).toEqual([]);
  });

  it('reports a server that cannot be reached as an error of the tool', async () => {
    const { client, api } = await connect(respondWith({}));
    await api.close();
    const result = await client.callTool({ name: 'openai_ai_list_models', arguments: {} });
    expect(errorOf(result)['type']).toBe('connection_error');
  });

  it('aborts the request when the client cancels the call', async () => {
    let aborted: (() => void) | undefined;
    const gone = new Promise<void>((resolve) => {
      aborted = resolve;
    });
    let received: (() => void) | undefined;
    const started = new Promise<void>((resolve) => {
      received = resolve;
    });
    const { client } = await connect((_request, response) => {
      response.on('close', () => aborted?.());
      received?.();
    });
    const controller = new AbortController();
    const call = client.callTool({ name: 'openai_ai_list_models', arguments: {} }, { signal: controller.signal });
    await started;
    controller.abort('changed my mind');
    await expect(call).rejects.toThrow('changed my mind');
    await gone;
  });
});

describe('connections', () => {
  it('uses the connection that a call names, and the default without a name', async () => {
    const [home, away] = [
      await startApiStub(respondWith({ id: 'home' })),
      await startApiStub(respondWith({ id: 'away' })),
    ];
    const connections = createConnections(
      new Map([
        ['home', createApiConnection({ baseUrl: home.baseUrl })],
        ['away', createApiConnection({ baseUrl: away.baseUrl, organization: 'org-1', project: 'proj-1' })],
      ]),
    );
    const client = await connectClient({ connections, files: 'inline' });
    open.push(client, home, away);
    const call = (pcid?: string) =>
      client.callTool({ name: 'openai_ai_retrieve_model', arguments: { model: 'm', ...(pcid && { pcid }) } });
    expect((await call()).structuredContent).toEqual({ id: 'home' });
    expect((await call('away')).structuredContent).toEqual({ id: 'away' });
    expect(away.requests[0]?.headers).toMatchObject({ 'openai-organization': 'org-1', 'openai-project': 'proj-1' });
    expect(errorOf(await call('nowhere'))).toMatchObject({
      param: 'pcid',
      message: "There is no connection 'nowhere'. The connections are: home, away.",
    });
    const { tools } = await client.listTools();
    expect(tools[0]?.inputSchema.properties).toHaveProperty('pcid');
  });
});

describe('a streamed call', () => {
  it('folds the chunks of a chat completion with a call of a function into the plain answer', async () => {
    const chunk = (delta: object, finish_reason: string | null = null) => ({
      id: 'c',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    });
    const call = (part: object) => chunk({ tool_calls: [{ index: 0, ...part }] });
    const { client, api } = await connect(
      respondWithEvents([
        chunk({ role: 'assistant', content: 'Let ' }),
        chunk({ content: 'me look.' }),
        call({ id: 'call_1', type: 'function', function: { name: 'find', arguments: '{"a"' } }),
        call({ function: { arguments: ':1}' } }),
        chunk({}, 'tool_calls'),
        { ...chunk({}), choices: [], usage: { total_tokens: 7 } },
      ]),
    );
    const progress: (string | undefined)[] = [];
    const result = await client.callTool(
      { name: 'openai_ai_create_chat_completion', arguments: { model: 'm', messages: [], stream: true } },
      { onprogress: ({ message }) => progress.push(message) },
    );
    expect(JSON.parse(String(api.requests[0]?.body))).toEqual({ model: 'm', messages: [], stream: true });
    expect(result.structuredContent).toEqual({
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'Let me look.',
            refusal: null,
            tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'find', arguments: '{"a":1}' } }],
          },
          logprobs: null,
          finish_reason: 'tool_calls',
        },
      ],
      usage: { total_tokens: 7 },
    });
    expect(progress[0]).toBe('Let ');
  });

  it('returns the response of the last event for the Responses API', async () => {
    const { client } = await connect(
      respondWithEvents([
        { type: 'response.output_text.delta', delta: 'Hi', sequence_number: 0 },
        { type: 'response.completed', response: { id: 'resp_1', status: 'completed' }, sequence_number: 1 },
      ]),
    );
    const result = await client.callTool({
      name: 'openai_ai_create_response',
      arguments: { model: 'm', input: 'Hello', stream: true },
    });
    expect(result.structuredContent).toEqual({ id: 'resp_1', status: 'completed' });
  });

  it('returns an error within a stream as an error of the tool', async () => {
    const { client } = await connect(respondWithEvents([{ error: { message: 'It broke.', code: 'engine_failed' } }]));
    const result = await client.callTool({
      name: 'openai_ai_create_completion',
      arguments: { model: 'm', prompt: 'Hi', stream: true },
    });
    expect(errorOf(result)).toMatchObject({ message: 'It broke.', code: 'engine_failed' });
  });
});

describe('audio, images and files', () => {
  it('returns speech as audio content', async () => {
    const { client } = await connect((_request, response) => {
      response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(Buffer.from('ID3 sound'));
    });
    const result = await client.callTool({
      name: 'openai_ai_create_speech',
      arguments: { model: 'tts-1', input: 'Hi', voice: 'alloy' },
    });
    expect(result.content).toEqual([
      { type: 'audio', data: Buffer.from('ID3 sound').toString('base64'), mimeType: 'audio/mpeg' },
    ]);
  });

  it('returns generated images as image content and links', async () => {
    const { client } = await connect(
      respondWith({ created: 1, output_format: 'webp', data: [{ b64_json: 'QUJD' }, { url: 'https://x.test/a.png' }] }),
    );
    const result = await client.callTool({ name: 'openai_ai_create_image', arguments: { prompt: 'a horse' } });
    expect(result.content.slice(1)).toEqual([
      { type: 'image', data: 'QUJD', mimeType: 'image/webp' },
      { type: 'resource_link', uri: 'https://x.test/a.png', name: 'image-2' },
    ]);
  });

  it('uploads a file that an argument contains as a data URI or as base64', async () => {
    const { client, api } = await connect(respondWith({ text: 'hello' }));
    const wav = Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVEfmt '), Buffer.alloc(20)]);
    for (const file of [wav.toString('base64'), `data:audio/wav;base64,${wav.toString('base64')}`]) {
      const arguments_ = { file, model: 'whisper-1', 'timestamp_granularities[]': ['word'] };
      const result = await client.callTool({ name: 'openai_ai_create_transcription', arguments: arguments_ });
      expect(result.structuredContent).toEqual({ text: 'hello' });
    }
    for (const { body } of api.requests) {
      expect(String(body)).toContain('name="file"; filename="file.wav"\r\nContent-Type: audio/wav');
      expect(String(body)).toContain('name="timestamp_granularities[]"\r\n\r\nword');
      expect(body.includes(wav)).toBe(true);
    }
  });

  it('takes the bare name of an argument with brackets', async () => {
    const { client, api } = await connect(respondWith({ text: 'hello' }));
    const arguments_ = { file: 'QUJDRA==', model: 'whisper-1', include: ['logprobs'] };
    await client.callTool({ name: 'openai_ai_create_transcription', arguments: arguments_ });
    expect(String(api.requests[0]?.body)).toContain('name="include[]"\r\n\r\nlogprobs');
  });

  it('reads no path and no URL for a client of the HTTP server', async () => {
    const { client, api } = await connect(respondWith({}));
    for (const file of ['/etc/passwd', 'file:///etc/passwd', 'http://127.0.0.1:1/x.wav']) {
      const arguments_ = { file, model: 'whisper-1' };
      const result = await client.callTool({ name: 'openai_ai_create_translation', arguments: arguments_ });
      expect(errorOf(result)['message']).toMatch(/which only a server over stdio reads/);
    }
    expect(api.requests).toEqual([]);
  });

  it('reads a path over stdio, and names a path that does not exist', async () => {
    const { client, api } = await connect(respondWith({ text: 'x' }), 'local');
    const call = (file: string) =>
      client.callTool({ name: 'openai_ai_create_translation', arguments: { file, model: 'whisper-1' } });
    await call(import.meta.filename);
    expect(String(api.requests[0]?.body)).toContain('filename="mcp.test.ts"');
    expect(errorOf(await call('/nowhere/sound.wav'))['message']).toContain(
      '/nowhere/sound.wav cannot be read (ENOENT)',
    );
  });
});
