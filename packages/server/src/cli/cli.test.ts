/** Runs the command line in a separate process, with a separate data folder for each test. */
import { mkdtempSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatBody, startTestServer, type TestServer } from '../start/testing/test-server.ts';
import { table } from './table.ts';
import { type Ended, type RunOptions, runProgram } from './testing/run-program.ts';

/** A data folder without API keys. */
const EMPTY = mkdtempSync(join(tmpdir(), 'selfsame-cli-none-'));
let folder: string;
let server: TestServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-cli-'));
  server = await startTestServer();
});
afterAll(async () => {
  await server.close();
  for (const each of [folder, EMPTY]) await rm(each, { recursive: true, force: true });
});

function selfsame(words: string[], { env = {}, ...options }: RunOptions = {}): Promise<Ended> {
  return runProgram(words, { ...options, env: { SELFSAME_DATA_DIR: folder, ...env } });
}

describe('selfsame', () => {
  it('selfsame keys creates, lists and revokes keys, and shows a secret once', async () => {
    const made = await selfsame(['keys', 'create', '--name', 'ci']);
    expect(made.stdout.trim()).toMatch(/^sk-\S{40,}$/);
    const id = /key_\w+/.exec(made.stderr)?.[0] ?? '';
    const listed = await selfsame(['keys', 'list']);
    expect(listed.stdout).toContain(id);
    expect(listed.stdout).not.toContain(made.stdout.trim());
    expect((await selfsame(['keys', 'revoke', id])).stdout).toContain('is revoked');
    expect(await selfsame(['keys', 'revoke', 'key_nonsense'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no key has an id'),
    });
  });

  it('selfsame projects creates, lists and archives projects, and keys belong to them', async () => {
    const data = ['--data-dir', await mkdtemp(join(folder, 'projects-'))];
    const made = await selfsame(['projects', 'create', 'Team B', ...data]);
    expect(made.stdout.trim()).toMatch(/^proj_\w+$/);
    expect((await selfsame(['projects', 'create', 'Team B', ...data])).stderr).toMatch(/is called 'Team B' already/);
    const key = await selfsame(['keys', 'create', '--project', 'Team B', ...data]);
    expect(key.stdout).toMatch(/^sk-/);
    expect((await selfsame(['keys', 'list', ...data])).stdout).toMatch(/key_\w+ +default +Team B +sk-/);
    expect((await selfsame(['projects', ...data])).stdout).toMatch(/proj_\w+ +Team B +1 +.* active/);
    expect((await selfsame(['projects', 'archive', made.stdout.trim(), ...data])).stdout).toContain('is archived');
    expect((await selfsame(['projects', 'list', ...data])).stdout).toMatch(/Team B +1 +.* archived/);
    expect(await selfsame(['keys', 'create', '--project', 'Team B', ...data])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("no project has the id or name 'Team B'"),
    });
  }, 120_000);

  it('selfsame models lists installed and recommended models', async () => {
    const { stdout, code } = await selfsame(['models', '--built-in', 'false', '--url', 'http://127.0.0.1:9']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/qwen2\.5-coder-0\.5b-instruct\s+chat\s+recommended\s+no\s+491 MB\s+Apache-2\.0/);
    expect(stdout).toMatch(/^qwen2\.5-1\.5b-instruct: .* Not run by this project yet\.$/m);
    expect(stdout).toMatch(/^smollm2-135m-instruct: .* It calls no functions by itself/m);
    expect(stdout).toContain('No chat model is here');
    expect(stdout).toContain('No server answers at http://127.0.0.1:9');
  });

  it('selfsame pull --recommend prints what fits and what it costs, and pulls nothing', async () => {
    const { stdout, code } = await selfsame(['pull', '--recommend', '--model-memory-bytes', '3500000000']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Free here: 3\.5 GB of memory, .* of disk; \d+ cores\./);
    const row = (id: string) => stdout.split('\n').find((line) => line.startsWith(`${id} `)) ?? '';
    expect(row('gemma-4-e4b-it')).toMatch(
      / 4\.6 GB +8\.6 GB +about 12 min +no +Apache-2\.0 +needs 8\.6 GB of memory of the 3\.5 GB that are free$/,
    );
    expect(row('qwen2.5-1.5b-instruct')).toMatch(
      / 1\.1 GB +3\.0 GB +about 3 min +no +Apache-2\.0 +fits best; `selfsame pull` gets it$/,
    );
    expect(row('qwen2.5-coder-0.5b-instruct')).toMatch(/ yes +Apache-2\.0 +fits$/);
    expect(row('all-minilm-l6-v2')).toMatch(/ embedding +46 MB +260 MB +about 10 s +yes /);
  });

  it('selfsame models shows the loaded models and aliases of a running server', async () => {
    const aliases = 'gpt-4o-mini=selfsame-nano';
    const alone = await startTestServer({ scripted: 'false', builtIn: 'true', threads: '1', aliases });
    const look = () => selfsame(['models', '--url', alone.url]);
    expect((await look()).stdout).toMatch(/selfsame-nano\s+chat\s+built-in\s+yes\s+.*well-known ids\s+no\s+/);
    await alone.post('/v1/chat/completions', chatBody('repeat: a', { max_tokens: 2 }));
    expect((await look()).stdout).toMatch(/selfsame-nano\s+chat\s+built-in\s+yes\s+.*well-known ids\s+yes\s+\d\d+ MB/);
    expect((await look()).stdout).toMatch(/gpt-4o-mini\s+listed\s+yes\s+no\s+alias of selfsame-nano/);
    await alone.close();
  });

  it('selfsame chat streams an answer of a running server and keeps the conversation', async () => {
    const url = ['--url', server.url];
    expect((await selfsame(['chat', ...url, 'hello', 'there'])).stdout).toBe('hello there\n');
    const { stdout } = await selfsame(['chat', ...url], { input: 'one\ntwo\n' });
    expect(stdout).toMatch(/one\n[\s\S]*two\n/);
  });

  it('selfsame bench measures a running server and names missing models', async () => {
    const { stdout } = await selfsame(['bench', '--url', server.url, '--requests', '3', '--parallel', '2']);
    expect(stdout).toMatch(/chat, one by one +scripted +3 +\d+ ms +[\d.]+ +[\d.]+\n/);
    expect(stdout).toMatch(/chat, 2 at once +scripted +3 +\d+ ms/);
    expect(stdout).toMatch(/embeddings, 16 texts each +scripted-embedding +3 +[\d.]+ +[\d.]+\n/);
    const lacking = await selfsame(['bench', '--url', server.url, '--requests', '1', '--embedding-model', 'none']);
    expect(lacking.stdout).toMatch(/embeddings.*'none' does not exist/);
  });

  it.each([
    [
      'no server answers',
      ['chat', '--url', 'http://127.0.0.1:9', 'hi'],
      /no server answers at http:\/\/127\.0\.0\.1:9/,
    ],
    ['the model does not exist', ['chat', '--model', 'gpt-17', 'hi'], /'gpt-17' does not exist/],
    ['a setting is wrong', ['serve', '--port', 'abc'], /--port \("abc"\) is not a usable port/],
    ['a reference is none', ['pull', 'nonsense'], /nonsense/],
    ['a model to delete is not here', ['rm', 'nonsense'], /no model 'nonsense' is here/],
    ['a file of settings is not there', ['config', 'check', '--config', '/nowhere.json'], /ENOENT/],
    ['the address is open and no key exists', ['serve', '--host', '0.0.0.0', '--data-dir', EMPTY], /no API key exists/],
    ['the command is unknown', ['sevre'], /unknown command 'sevre'/],
  ])('explains itself in a line when %s', async (_when, words, message) => {
    const url = words[0] === 'chat' && !words.includes('--url') ? ['--url', server.url] : [];
    const { code, stderr } = await selfsame([...words, ...url]);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe('selfsame, where the records cannot be used,', () => {
  const COMMANDS = [
    ['serve'],
    ['worker'],
    ['keys', 'list'],
    ['keys', 'create'],
    ['projects'],
    ['db', 'status'],
    ['db', 'migrate'],
  ];

  async function expectSentence(words: string[], sentence: RegExp): Promise<void> {
    const { code, stderr, stdout } = await selfsame(words, { env: { SELFSAME_PULL: '0', SELFSAME_PORT: '0' } });
    expect({ words, code, stderr, stdout }).toMatchObject({ code: 1, stderr: expect.stringMatching(sentence) });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  }

  it('commands print one sentence if the database is damaged or truncated', async () => {
    const data = await mkdtemp(join(folder, 'damaged-'));
    await selfsame(['keys', 'list', '--data-dir', data]);
    const path = join(data, 'selfsame.db');
    const whole = await readFile(path);
    for (const bytes of [
      whole.subarray(0, 30_000),
      Buffer.concat([whole.subarray(0, 100), Buffer.alloc(60_000, 0x5a)]),
    ]) {
      for (const extra of ['-wal', '-shm']) await rm(path + extra, { force: true });
      await writeFile(path, bytes);
      for (const words of COMMANDS)
        await expectSentence([...words, '--data-dir', data], /^selfsame: .*(damaged|cannot be used)/);
    }
    await writeFile(path, 'this is a letter to my aunt, and no database at all\n'.repeat(100));
    for (const words of COMMANDS)
      await expectSentence([...words, '--data-dir', data], /is not a SQLite database|damaged/);
  }, 240_000);

  it('commands print one sentence if the data folder cannot be created', async () => {
    // `db status` does not create the folder.
    for (const words of COMMANDS.filter(([, word]) => word !== 'status')) {
      await expectSentence(
        [...words, '--data-dir', '/dev/null/selfsame'],
        /^selfsame: \/dev\/null\/selfsame cannot be used/,
      );
    }
  }, 120_000);

  it('selfsame serve prints one sentence if the port is in use', async () => {
    const port = new URL(server.url).port;
    const data = await mkdtemp(join(folder, 'port-'));
    const { code, stderr } = await selfsame([
      'serve',
      '--port',
      port,
      '--data-dir',
      data,
      '--pull',
      '0',
      '--log-level',
      'error',
    ]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^selfsame: the port is taken .*--port/),
    });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('table', () => {
  it('table aligns its columns', () => {
    expect(
      table(
        ['id', 'name'],
        [
          ['a', 'long'],
          ['bcd', 'x'],
        ],
      ),
    ).toBe('ID   NAME\na    long\nbcd  x');
  });

  it('table cuts its widest columns to the width of the terminal', () => {
    const source = 'https://example.com/'.repeat(30);
    const text = table(
      ['id', 'kind', 'source'],
      [
        ['model-a', 'chat', source],
        ['model-b', 'embedding', 'here'],
      ],
      60,
    );
    const lines = text.split('\n');
    expect(Math.max(...lines.map((each) => each.length))).toBe(60);
    expect(lines[1]).toMatch(/^model-a {2}chat {7}https.*…$/);
    expect(lines[2]).toBe('model-b  embedding  here');
  });
});
