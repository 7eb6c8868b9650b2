/** `selfsame api` as a separate process against a real server. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';
import { type Ended, LAUNCHER, type RunOptions, run, runProgram } from '../testing/run-program.ts';

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await startTestServer();
  folder = await mkdtemp(join(tmpdir(), 'selfsame-cli-api-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function api(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const env = { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: '', OPENAI_ADMIN_KEY: '' };
  return runProgram(['api', ...words], { cwd: folder, ...options, env: { ...env, ...options.env } });
}

const CHAT = ['chat', 'completions', 'create', '--model', 'gpt-4o-mini'];

describe('selfsame api', () => {
  it('selfsame api builds a request of flags with dots and prints the selected part of the response', async () => {
    const message = ['--messages.0.role', 'user', '--messages.0.content', 'hello there', '--max-tokens', '1'];
    const { stdout, code } = await api([...CHAT, ...message, '--select', 'choices.0.message.content']);
    expect({ stdout, code }).toEqual({ stdout: 'hell\n', code: 0 });
  });

  it('selfsame api reads a body of the standard input and replaces its fields by flags', async () => {
    const input = JSON.stringify({ model: 'none', messages: [{ role: 'user', content: 'hello there' }] });
    const { stdout } = await api([...CHAT, '--body', '-', '--max_tokens=1', '--no-stream'], { input });
    expect(JSON.parse(stdout)).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: 'hell' }, finish_reason: 'length' }],
    });
  });

  it('selfsame api prints streamed events as lines of JSON, and selected texts joined', async () => {
    const words = [...CHAT, '--messages', '{"role":"user","content":"one two"}', '--stream'];
    const events = (await api(words)).stdout.trim().split('\n');
    expect(events.length).toBeGreaterThan(2);
    expect(events.map((line) => JSON.parse(line).object)).toEqual(events.map(() => 'chat.completion.chunk'));
    expect((await api([...words, '--select', 'choices.0.delta.content'])).stdout).toBe('one two\n');
    const response = ['responses', 'create', '--model', 'gpt-4o-mini', '--input', 'one two', '--stream'];
    expect((await api([...response, '--select', 'delta'])).stdout).toBe('one two\n');
  });

  it('selfsame api uploads files of paths and of the standard input, and saves the bytes of a response', async () => {
    await writeFile(join(folder, 'notes.txt'), 'from a path');
    const created = await api(['files', 'create', '--file', '@notes.txt', '--purpose', 'assistants', '--select', 'id']);
    const id = created.stdout.trim();
    expect(id).toMatch(/^file-/);
    const piped = await api(['files', 'create', '--file', '-:piped.txt', '--purpose', 'user_data'], { input: 'piped' });
    expect(JSON.parse(piped.stdout)).toMatchObject({ filename: 'piped.txt', bytes: 5, purpose: 'user_data' });
    expect((await api(['files', 'content', id])).stdout).toBe('from a path');
    expect(await api(['files', 'content', id, '--save', 'copy.txt'])).toMatchObject({ code: 0, stdout: '' });
    expect(await readFile(join(folder, 'copy.txt'), 'utf8')).toBe('from a path');
  });

  it('selfsame api --all prints the items of all pages in every format', async () => {
    for (const name of ['a', 'b', 'c']) {
      await server.request('POST', '/v1/vector_stores', { name, metadata: { set: 'pages' } });
    }
    const list = ['vector-stores', 'list', '--limit', '1', '--order', 'asc'];
    expect(JSON.parse((await api(list)).stdout).data).toHaveLength(1);
    const all = JSON.parse((await api([...list, '--all'])).stdout) as { name: string }[];
    expect(all.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect((await api([...list, '--all', '--select', 'name'])).stdout).toBe('a\nb\nc\n');
    const lines = (await api([...list, '--all', '--output', 'jsonl'])).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).name)).toEqual(['a', 'b', 'c']);
    const table = (await api([...list, '--all', '--output', 'table'])).stdout.trim().split('\n');
    expect(table[0]).toMatch(/^ID +CREATED_AT +NAME /);
    expect(table).toHaveLength(4);
    expect(table[1]).toMatch(/^vs_\w+ +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ +a /);
    expect(await api(['vector-stores', 'create', '--all'])).toMatchObject({
      code: 2,
      stderr: 'selfsame: --all: the command returns no list.\n',
    });
  }, 60_000);

  it('selfsame api prints an error of the server as one line and exits with 1', async () => {
    const missing = await api(['vector-stores', 'retrieve', 'vs_none']);
    expect(missing.code).toBe(1);
    expect(missing.stdout).toBe('');
    expect(missing.stderr).toMatch(
      /^selfsame: No such VectorStore object: 'vs_none'\. \(status 404, code \w+, param \w+, request req_\w+\)\n$/,
    );
    const wrong = await api(['vector-stores', 'list', '--limit', '1000']);
    expect(wrong.stderr).toMatch(/^selfsame: Invalid 'limit': .*\(status 400, code \w+, param limit, request \w+\)\n$/);
    const silent = await api(['models', 'list', '--base-url', 'http://127.0.0.1:9/v1']);
    expect(silent).toMatchObject({ code: 1, stderr: expect.stringMatching(/^selfsame: .*127\.0\.0\.1:9.*\n$/) });
  });

  it.each([
    [['vector-store', 'list'], "`selfsame api` has no command 'vector-store'. Did you mean `vector-stores`?"],
    [['vector-stores', 'lst'], "`selfsame api vector-stores` has no command 'lst'. Did you mean `list`?"],
    [['files', 'retrieve'], '<file_id> is missing: `selfsame api files retrieve <file_id>`.'],
    [['files', 'retrieve', 'a', 'b'], "'b' is one word too many"],
    [['files', 'list', '--ordr', 'asc'], 'unknown flag --ordr. Did you mean `--order`?'],
    [['files', 'list', '--limit'], '--limit takes a value'],
    [['files', 'list', '--limit', 'many'], "--limit takes an integer, not 'many'"],
    [['files', 'list', '--output', 'xml'], "--output takes json, jsonl, table, not 'xml'"],
    [['files', 'create', '--file', 'notes.txt'], '--file takes a file: @PATH, or - for the standard input'],
    [['files', 'create', '--file', '@nowhere.txt'], '--file: the file nowhere.txt does not exist'],
    [['models', 'list', '--body', '{}'], '--body: this request has no body'],
  ])('selfsame api %j sends no request, explains itself and exits with 2', async (words, message) => {
    const { code, stderr, stdout } = await api(words, { env: { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('selfsame api sends the key of the flag, else of the environment', async () => {
    const dataDir = await mkdtemp(join(folder, 'keys-'));
    const { stdout: key } = await runProgram(['keys', 'create', '--data-dir', dataDir]);
    const secured = await startTestServer({ dataDir });
    const env = { OPENAI_BASE_URL: `${secured.url}/v1` };
    const list = ['models', 'list', '--select', 'object'];
    expect(await api(list, { env })).toMatchObject({ code: 1, stderr: expect.stringContaining('status 401') });
    expect(await api([...list, '--api-key', key.trim()], { env })).toMatchObject({ code: 0, stdout: 'list\n' });
    expect(await api(list, { env: { ...env, OPENAI_API_KEY: key.trim() } })).toMatchObject({ stdout: 'list\n' });
    await secured.close();
  }, 30_000);

  it('selfsame api calls the server of the settings if no address is given', async () => {
    const env = { OPENAI_BASE_URL: '', SELFSAME_PORT: new URL(server.url).port };
    expect(await api(['models', 'list', '--select', 'object'], { env })).toMatchObject({ stdout: 'list\n' });
  });

  it('selfsame api ends without an error if the reader of its output ends early', async () => {
    const command = `${process.execPath} ${LAUNCHER} api --help | true`;
    const { stdout, stderr, code } = await run('bash', ['-o', 'pipefail', '-c', command]);
    expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: '', code: 0 });
  });

  it('selfsame api lists groups, commands and flags', async () => {
    expect((await api([])).stdout).toMatch(/^ {2}vector-stores +\d+ commands$/m);
    expect((await api(['vector-stores', '--help'])).stdout).toMatch(/^ {2}search +Finds the chunks/m);
    const { stdout } = await api(['vector-stores', 'search', '-h']);
    expect(stdout).toMatch(/^Usage: selfsame api vector-stores search <vector_store_id> \[flags\]$/m);
    expect(stdout).toMatch(/^ {2}--query <string\|array> +Required\. /m);
    expect(stdout).toMatch(/^ {2}--max-num-results <integer> +Maximum results, 1 to 50\. Default: 10\.$/m);
    expect(stdout).toMatch(/^ {2}--ranking-options\.ranker <string> /m);
  });
});
