import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutbound } from '../../outbound/outbound.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import { describeServerTool } from '../tool.conformance.ts';
import type { ToolContext } from '../tool.ts';
import { createMcp } from './mcp.ts';
import type { McpSettings, McpTool } from './settings.ts';
import { type RunningServer, startEverything, startFileSystem, startTokenProxy } from './testing/mcp-servers.ts';

const NEVER = new AbortController().signal;
const TOKEN = 'a-secret-token';
// The tool reads nothing of the project.
const repositories = {} as ProjectRepositories;

const outbound = createOutbound({ privateHosts: ['127.0.0.1'] });
const tool = createMcp({ outbound, limits: { maxBytes: 1024 ** 2, timeoutMs: 15_000 } });
let everything: RunningServer;
let sse: RunningServer;
let guarded: RunningServer;
let files: RunningServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-mcp-'));
  await writeFile(join(folder, 'note.txt'), 'a note');
  [everything, sse, files] = await Promise.all([
    startEverything('streamableHttp'),
    startEverything('sse'),
    startFileSystem(folder),
  ]);
  guarded = await startTokenProxy(everything.url, TOKEN);
}, 60_000);
afterAll(async () => {
  await outbound.close();
  await guarded.close();
  await Promise.all([everything.close(), sse.close(), files.close()]);
  await rm(folder, { recursive: true });
});

const settingsOf = (server_url: string, more: Partial<McpSettings> = {}) => ({
  type: 'mcp',
  mcp: { server_label: 'remote', server_url, require_approval: 'never', ...more },
});

async function list(url: string, more: Partial<McpSettings> = {}) {
  const listing = await tool.list?.(settingsOf(url, more), NEVER);
  const names = ((listing?.tools ?? []) as readonly McpTool[]).map(({ name }) => name);
  return { names, error: listing?.error, listing };
}

async function call(url: string, name: string, given: object, more: Partial<McpSettings> = {}) {
  const settings = settingsOf(url, more);
  const listing = await tool.list?.(settings, NEVER);
  const found = tool.functions(settings, listing).find(({ own }) => own.details['name'] === name);
  const head = { id: 'call_1', name: found?.name ?? '', output: null, arguments: JSON.stringify(given) };
  const started: ModelCall = { ...head, ...(found === undefined ? {} : { own: found.own }) };
  const context: ToolContext = {
    settings,
    repositories,
    resources: [],
    contextTokens: 4096,
    earlierCalls: [],
    signal: NEVER,
    onUsage: () => undefined,
  };
  const { output, own } = await tool.run(started, context);
  return { output, details: own?.details };
}

describe.each([
  ['Streamable HTTP', () => everything.url, {}],
  ['server-sent events', () => sse.url, {}],
  ['Streamable HTTP with a token', () => guarded.url, { authorization: TOKEN }],
] as const)('the everything server over %s', (_transport, url, more) => {
  it('lists tools and returns the text of a call', async () => {
    const { names, error } = await list(url(), more);
    expect(error).toBeNull();
    expect(names).toContain('echo');
    const { output, details } = await call(url(), 'echo', { message: 'hello' }, more);
    expect(output).toBe('Echo: hello');
    expect(details).toMatchObject({ server_label: 'remote', name: 'echo', output: 'Echo: hello', error: null });
  });
});

describe('an MCP server', () => {
  it('is refused without its token, and the error does not have the token', async () => {
    const { names, error } = await list(guarded.url, { authorization: 'wrong-token' });
    expect(names).toEqual([]);
    expect(error).toContain('401');
    expect(error).not.toContain('wrong-token');
  });

  it('offers only the tools that the request allows', async () => {
    expect((await list(everything.url, { allowed_tools: ['echo', 'none'] })).names).toEqual(['echo']);
    const { names } = await list(files.url, { allowed_tools: { read_only: true } });
    expect(names).toContain('read_text_file');
    expect(names).not.toContain('write_file');
  });

  it('reads a file and returns the error of a tool as an error of the call', async () => {
    const read = await call(files.url, 'read_text_file', { path: join(folder, 'note.txt') });
    expect(read.output).toContain('a note');
    const outside = await call(files.url, 'read_text_file', { path: '/etc/passwd' });
    expect(outside.output).toContain('Error: ');
    expect(outside.details).toMatchObject({ output: null, error: { type: 'mcp_tool_execution_error' } });
  });

  it('returns an error for arguments that do not follow the schema', async () => {
    const { output, details } = await call(everything.url, 'echo', { message: 5 });
    expect(output).toContain('Error: ');
    expect(details?.['error']).not.toBeNull();
  });
});

describeServerTool('mcp', async () => {
  const settings = settingsOf(everything.url);
  const listing = await tool.list?.(settings, NEVER);
  if (listing === undefined) throw new Error('The tool has no list.');
  const validArguments = JSON.stringify({ message: 'hello' });
  return { tool, repositories, settings, listing, validArguments, dispose: async () => undefined };
});
