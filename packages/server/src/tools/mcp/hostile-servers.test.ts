import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutbound, type Outbound } from '../../outbound/outbound.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { ToolContext } from '../tool.ts';
import { createMcp } from './mcp.ts';
import { listen, type RunningServer } from './testing/mcp-servers.ts';

const NEVER = new AbortController().signal;
const SCHEMA = { type: 'object', properties: {} };
const LIMITS = { maxBytes: 100_000, timeoutMs: 1500 };

interface Message {
  id?: number;
  method: string;
}

type Reply = (message: Message) => object | 'silence' | undefined;

const opened: { server: RunningServer; outbound: Outbound }[] = [];
afterEach(async () => {
  for (const { server, outbound } of opened.splice(0)) {
    await outbound.close();
    await server.close();
  }
});

async function serve(listener: RequestListener) {
  const server = await listen(createServer(listener));
  // Only the name is allowed: the address of loopback is refused.
  const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
  const outbound = createOutbound({ privateHosts: ['mcp.test'], resolve });
  opened.push({ server, outbound });
  const tool = createMcp({ outbound, limits: LIMITS });
  const { port } = new URL(server.url);
  const settings = {
    type: 'mcp',
    mcp: {
      server_label: 'remote',
      server_url: `http://mcp.test:${port}/mcp?key=query-secret`,
      headers: { 'x-key': 'header-secret' },
      require_approval: 'never',
    },
  };
  const run = async (signal: AbortSignal = NEVER) => {
    const details = { server_label: 'remote', name: 'go', needs_approval: false };
    const call = { id: 'call_1', name: 'remote__go', arguments: '{}', output: null, own: { type: 'mcp', details } };
    const context: ToolContext = {
      settings,
      repositories: {} as ProjectRepositories,
      resources: [],
      contextTokens: 1000,
      earlierCalls: [],
      signal,
      onUsage: () => undefined,
    };
    return tool.run(call, context);
  };
  return { tool, settings, run, port };
}

/** A server that initializes sessions and answers other requests as the test says. */
const answering =
  (reply: Reply): RequestListener =>
  (incoming, outgoing) => {
    void answer(reply, incoming, outgoing);
  };

async function answer(reply: Reply, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (incoming.method !== 'POST') {
    outgoing.writeHead(405).end();
    return;
  }
  const body = Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>)).toString();
  const message = JSON.parse(body) as Message;
  const result = message.method === 'initialize' ? INITIALIZED : message.id === undefined ? undefined : reply(message);
  if (result === 'silence') return;
  if (result === undefined) outgoing.writeHead(202).end();
  else {
    outgoing.writeHead(200, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
  }
}

const INITIALIZED = {
  protocolVersion: '2025-06-18',
  capabilities: { tools: {} },
  serverInfo: { name: 'test', version: '1' },
};

const toolsOf = (...schemas: unknown[]) => ({
  tools: schemas.map((inputSchema, index) => ({ name: `tool-${index}`, inputSchema })),
});

describe('an MCP server that misbehaves', () => {
  it.each<[string, RequestListener, RegExp]>([
    ['never answers', () => undefined, /did not answer in time/],
    ['never lists its tools', answering(() => 'silence'), /did not answer in time/],
    ['closes the connection', (request) => request.socket.destroy(), /not reachable/],
    ['sends a page of HTML', (_r, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('hi'), /./],
    ['sends what is no JSON', (_r, response) => response.writeHead(200, JSON_TYPE).end('{'), /./],
    [
      'sends 50 MB',
      (_r, response) => response.writeHead(200, JSON_TYPE).end(Buffer.alloc(50e6, ' ')),
      /more than 100000/,
    ],
    ['redirects to a private address', (_r, response) => response.writeHead(307, { location: PRIVATE }).end(), /./],
    ['fails', (_r, response) => response.writeHead(500).end('header-secret'), /status 500/],
    ['lists tools without an end', endlessPages(), /./],
    ['lists too many tools', answering(() => toolsOf(...Array.from({ length: 300 }, () => SCHEMA))), /300 tools/],
    ['lists a schema that is none', answering(() => toolsOf({ type: 'object', required: 'a' })), /./],
    ['lists what are no tools', answering(() => ({ tools: [{ name: 5 }] })), /./],
  ])('has a list with an error if it %s', async (_what, listener, message) => {
    const { tool, settings } = await serve(listener);
    const startedAt = performance.now();
    const listing = await tool.list?.(settings, NEVER);
    expect(listing).toEqual({ tools: [], error: expect.stringMatching(message) });
    expect(listing?.error).not.toMatch(/secret/);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it.each<[string, Reply, RegExp]>([
    ['never answers', () => 'silence', /did not answer in time/],
    ['sends 50 MB', () => ({ content: [{ type: 'text', text: 'x'.repeat(50e6) }] }), /more than 100000/],
    ['sends no result', () => ({ content: 5 }), /./],
  ])('has a call with an error if it %s', async (_what, reply, message) => {
    const { run } = await serve(answering(reply));
    const { output, own } = await run();
    expect(output).toMatch(message);
    expect(own?.details).toMatchObject({ output: null, error: { type: expect.any(String) } });
    expect(JSON.stringify(own)).not.toMatch(/secret/);
  });

  it('stops a call when the response is cancelled', async () => {
    const { run } = await serve(answering(() => 'silence'));
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('cancelled')), 100);
    const startedAt = performance.now();
    await expect(run(controller.signal)).rejects.toThrow('cancelled');
    expect(performance.now() - startedAt).toBeLessThan(1400);
  });

  it('leaves out a tool whose schema is invalid and offers the others', async () => {
    const deep = Array.from({ length: 100 }).reduce<object>((inner) => ({ properties: { inner } }), {});
    const schemas = [
      SCHEMA,
      { type: 'object', properties: { a: { type: 'nonsense' } } },
      { type: 'object', properties: { deep } },
      { type: 'object', description: 'x'.repeat(70_000) },
    ];
    const { tool, settings } = await serve(answering(() => toolsOf(...schemas)));
    const listing = await tool.list?.(settings, NEVER);
    expect(tool.functions(settings, listing).map(({ name }) => name)).toEqual(['remote__tool-0']);
    for (const name of ['tool-1', 'tool-2', 'tool-3']) expect(listing?.error).toContain(`'${name}'`);
  });

  it('offers no invalid tool of a list that a client sent', async () => {
    const { tool, settings } = await serve(answering(() => undefined));
    const tools = [
      { name: 'bad', description: null, input_schema: { type: 'array' }, annotations: null },
      { name: 'good', description: null, input_schema: SCHEMA, annotations: null },
    ];
    const functions = tool.functions(settings, { tools, error: null });
    expect(functions.map(({ name }) => name)).toEqual(['remote__good']);
  });

  it('gives a model as much of an output as its context has room for, and the client all of it', async () => {
    const { run } = await serve(answering(() => ({ content: [{ type: 'text', text: 'x'.repeat(5000) }] })));
    const { output, own } = await run();
    expect(output).toHaveLength(750 + '\n[The rest of the output is left out.]'.length);
    expect(own?.details['output']).toHaveLength(5000);
  });
});

/** Each page names another next one. */
function endlessPages(): RequestListener {
  let page = 0;
  return answering(() => ({ ...toolsOf(SCHEMA), nextCursor: `page-${page++}` }));
}

const JSON_TYPE = { 'content-type': 'application/json' };
const PRIVATE = 'http://127.0.0.1:1/';
