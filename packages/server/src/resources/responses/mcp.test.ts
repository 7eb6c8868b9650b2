import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';
import { type RunningServer, startEverything, startTokenProxy } from '../../tools/mcp/testing/mcp-servers.ts';

type Mcp = OpenAI.Responses.Tool.Mcp;
type Params = OpenAI.Responses.ResponseCreateParamsNonStreaming;

const TOKEN = 'a-secret-token';
const ECHO = callOf('echo', { message: 'hello' });

function callOf(tool: string, given: object, label = 'remote'): string {
  return `@script ${JSON.stringify({ calls: [{ name: `${label}__${tool}`, arguments: given }] })}\nsay`;
}

let server: TestServer;
let client: OpenAI;
let everything: RunningServer;
let guarded: RunningServer;
beforeAll(async () => {
  everything = await startEverything('streamableHttp');
  guarded = await startTokenProxy(everything.url, TOKEN);
  server = await startTestServer({ privateHosts: '127.0.0.1' });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
}, 60_000);
afterAll(async () => {
  await server.close();
  await guarded.close();
  await everything.close();
});

const remote = (more: Partial<Mcp> = {}): Mcp => ({
  type: 'mcp',
  server_label: 'remote',
  server_url: everything.url,
  require_approval: 'never',
  ...more,
});
const ask = (input: Params['input'], more: Partial<Params> = {}) =>
  client.responses.create({ model: 'scripted', input, tools: [remote()], ...more } as Params);
const typesOf = (items: readonly { type: string }[]) => items.map(({ type }) => type);

/** A response whose call waits for an approval. */
async function waiting() {
  const first = await ask(ECHO, { tools: [remote({ require_approval: 'always' })] });
  const request = first.output.find((item) => item.type === 'mcp_approval_request');
  if (request === undefined) throw new Error('There is no approval request.');
  return { first, request };
}

const answer = (id: string, approve: boolean, reason?: string) => [
  {
    type: 'mcp_approval_response' as const,
    approval_request_id: id,
    approve,
    ...(reason === undefined ? {} : { reason }),
  },
];

describe('MCP servers of a response', () => {
  it('lists the tools, runs the call, and answers with its output', async () => {
    const response = await ask(ECHO);
    expect(response).toMatchObject({ status: 'completed', output_text: 'Echo: hello' });
    expect(typesOf(response.output)).toEqual(['mcp_list_tools', 'mcp_call', 'message']);
    expect(response.output[1]).toMatchObject({
      server_label: 'remote',
      name: 'echo',
      arguments: '{"message":"hello"}',
      output: 'Echo: hello',
      error: null,
      status: 'completed',
    });
    expect(await client.responses.retrieve(response.id)).toEqual(response);
  });

  it('publishes the events of the list and of the call in order', async () => {
    const body = { model: 'scripted', input: ECHO, tools: [remote()], stream: true as const };
    const events = await Array.fromAsync(await client.responses.create(body));
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    const types = typesOf(events).filter((type, index, all) => type !== all[index - 1]);
    expect(types.slice(0, 12)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.mcp_list_tools.in_progress',
      'response.mcp_list_tools.completed',
      'response.output_item.done',
      'response.output_item.added',
      'response.mcp_call.in_progress',
      'response.mcp_call_arguments.delta',
      'response.mcp_call_arguments.done',
      'response.mcp_call.completed',
      'response.output_item.done',
    ]);
    expect(types.at(-1)).toBe('response.completed');
  });

  it('uses the list of an earlier response again', async () => {
    const first = await ask('hello');
    expect(typesOf(first.output)).toEqual(['mcp_list_tools', 'message']);
    const second = await ask(ECHO, { previous_response_id: first.id });
    expect(typesOf(second.output)).toEqual(['mcp_call', 'message']);
    const items = [...(first.output as OpenAI.Responses.ResponseInputItem[]), { role: 'user' as const, content: ECHO }];
    expect(typesOf((await ask(items)).output)).toEqual(['mcp_call', 'message']);
  });

  it('marks a failed call, whose error the model reads', async () => {
    const response = await ask(callOf('echo', { message: 5 }));
    const call = response.output.find((item) => item.type === 'mcp_call');
    expect(call).toMatchObject({ status: 'failed', output: null, error: { type: expect.any(String) } });
    expect(response.output_text).toContain('Error: ');
  });

  it('answers without the tools of a server that cannot be reached', async () => {
    const response = await ask('hello', { tools: [remote({ server_url: 'http://127.0.0.1:9/mcp' })] });
    expect(response).toMatchObject({ status: 'completed', output_text: 'hello' });
    expect(response.output[0]).toMatchObject({ type: 'mcp_list_tools', tools: [], error: expect.any(String) });
  });

  it('refuses a server with a private address that is not allowed', async () => {
    const response = await ask('hello', { tools: [remote({ server_url: 'http://10.0.0.1/mcp' })] });
    expect(response.output[0]).toMatchObject({ error: expect.stringContaining('10.0.0.1 is not public') });
  });

  it('calls the chosen tool, and no tool if none is chosen', async () => {
    const chosen = { type: 'mcp', server_label: 'remote', name: 'echo' } as const;
    expect(typesOf((await ask(ECHO, { tool_choice: chosen })).output)).toContain('mcp_call');
    expect(typesOf((await ask(ECHO, { tool_choice: 'none' })).output)).not.toContain('mcp_call');
    const other = { type: 'mcp', server_label: 'other' } as const;
    await expect(ask(ECHO, { tool_choice: other })).rejects.toMatchObject({ status: 400, param: 'tool_choice' });
  });

  it('runs no more calls than max_tool_calls', async () => {
    const calls = ['one', 'two'].map((message) => ({ name: 'remote__echo', arguments: { message } }));
    const input = `@script ${JSON.stringify({ calls })}\nsay`;
    const response = await ask(input, { max_tool_calls: 1, parallel_tool_calls: true });
    const outputs = response.output.flatMap((item) => (item.type === 'mcp_call' ? [item.output] : []));
    expect(outputs).toEqual(['Echo: one', null]);
  });
});

describe('the approval of MCP calls', () => {
  it('ends the response with a request, and runs the call when it is approved', async () => {
    const { first, request } = await waiting();
    expect(first.status).toBe('completed');
    expect(typesOf(first.output)).toEqual(['mcp_list_tools', 'mcp_approval_request']);
    expect(request).toMatchObject({ server_label: 'remote', name: 'echo', arguments: '{"message":"hello"}' });
    const second = await ask(answer(request.id, true), { previous_response_id: first.id });
    expect(second.output_text).toBe('Echo: hello');
    expect(typesOf(second.output)).toEqual(['mcp_call', 'message']);
    expect(second.output[0]).toMatchObject({ approval_request_id: request.id, output: 'Echo: hello' });
  });

  it('runs the call if the client sends the items back', async () => {
    const { first, request } = await waiting();
    const items = first.output as OpenAI.Responses.ResponseInputItem[];
    const second = await ask([{ role: 'user', content: ECHO }, ...items, ...answer(request.id, true)], {
      store: false,
    });
    expect(second.output_text).toBe('Echo: hello');
  });

  it('runs no call that is denied, and the model reads the reason', async () => {
    const { first, request } = await waiting();
    const second = await ask(answer(request.id, false, 'too loud'), { previous_response_id: first.id });
    expect(typesOf(second.output)).toEqual(['message']);
    expect(second.output_text).toContain('too loud');
  });

  it('refuses an answer without a request, and an approval without the server', async () => {
    const { first, request } = await waiting();
    const orphan = ask(answer('mcpr_none', true));
    await expect(orphan).rejects.toMatchObject({ status: 400, param: 'input' });
    const more = { previous_response_id: first.id, tools: [] };
    await expect(ask(answer(request.id, true), more)).rejects.toMatchObject({ status: 400, param: 'input' });
  });

  it('refuses a second answer to a call that was run', async () => {
    const { first, request } = await waiting();
    const second = await ask(answer(request.id, true), { previous_response_id: first.id });
    const again = ask(answer(request.id, true), { previous_response_id: second.id });
    await expect(again).rejects.toMatchObject({ status: 400, param: 'input' });
  });
});

describe('the secrets of MCP servers', () => {
  it('sends the token to the server and shows it in no response, event or line of the log', async () => {
    const headers = { 'x-key': 'a-secret-header' };
    const tools = [remote({ server_url: `${guarded.url}?key=a-secret-query`, authorization: TOKEN, headers })];
    const events = await Array.fromAsync(
      await client.responses.create({ model: 'scripted', input: ECHO, tools, stream: true }),
    );
    const last = events.at(-1);
    if (last?.type !== 'response.completed') throw new Error('The response is not complete.');
    expect(typesOf(last.response.output)).toContain('mcp_call');
    const shown = JSON.stringify([events, await client.responses.retrieve(last.response.id)]);
    expect(shown).toContain('remote');
    expect(shown).not.toMatch(/a-secret/);
    expect(server.logged()).not.toMatch(/a-secret/);
  });
});

describe('options of MCP servers', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ server_url: undefined }, 'tools[0].server_url'],
    [{ server_url: 'file:///etc/passwd' }, 'tools[0].server_url'],
    [{ server_url: 'http://user:password@host/' }, 'tools[0].server_url'],
    [{ connector_id: 'connector_gmail' }, 'tools[0].connector_id'],
    [{ tunnel_id: `tunnel_${'a'.repeat(32)}` }, 'tools[0].tunnel_id'],
    [{ server_label: '1 label' }, 'tools[0].server_label'],
    [{ defer_loading: true }, 'tools[0].defer_loading'],
    [{ headers: { 'bad name': 'x' } }, 'tools[0].headers'],
    [{ authorization: 'a\nb' }, 'tools[0].authorization'],
    [{ authorization: 'a', headers: { Authorization: 'b' } }, 'tools[0].authorization'],
  ])('refuses an MCP server with %j by name', async (more, param) => {
    await expect(ask('hello', { tools: [remote(more as Partial<Mcp>)] })).rejects.toMatchObject({ status: 400, param });
  });

  it('refuses a function with the name of a tool of a server once the tools are known', async () => {
    const echo: OpenAI.Responses.Tool = { type: 'function', name: 'remote__echo', strict: false, parameters: {} };
    const message = "Two functions have the name 'remote__echo'.";
    const response = await ask(ECHO, { tools: [remote(), echo] });
    expect(response).toMatchObject({ status: 'failed', error: { message } });
  });

  it('refuses two MCP servers with one label', async () => {
    const two = ask('hello', { tools: [remote(), remote()] });
    await expect(two).rejects.toMatchObject({ status: 400, param: 'tools[1].server_label' });
  });
});
