/** The official Python client: `python/run.sh` against the server, then the Python example. Skipped where there is no Python. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from './server.ts';
import { scripted, target } from './target.ts';

const run = promisify(execFile);
const FOLDER = join(REPOSITORY, 'acceptance/python');
const hasPython = spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0;
/** The first run makes the virtual environment. */
const TIMEOUT_MS = 300_000;

/** The newest generation is pinned in requirements.txt; this one is what many applications still have. */
const OLDER = '1.109.1';
/** The last one that spoke the first version of the Assistants API. */
const FIRST_ASSISTANTS = '1.20.0';

async function runTests(more: NodeJS.ProcessEnv, files: readonly string[] = []): Promise<string> {
  const env = {
    ...process.env,
    SELFSAME_TEST_PROFILE: target.profile,
    SELFSAME_TEST_API_KEY: target.apiKey,
    SELFSAME_TEST_MODEL_ID: target.model,
    ...more,
  };
  const { stdout } = await run('sh', [join(FOLDER, 'run.sh'), target.url, ...files], { env }).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`${error.stdout}\n${error.stderr}`);
    },
  );
  return stdout;
}

describe.runIf(hasPython)('the official Python client', () => {
  it('chats, streams, fails and works asynchronously as it should', { timeout: TIMEOUT_MS }, async () => {
    expect(await runTests({})).toMatch(/\b\d\d passed/);
  });

  it('does so in its older generation', { timeout: TIMEOUT_MS }, async () => {
    expect(await runTests({ OPENAI_VERSION: OLDER })).toMatch(/\b\d\d passed/);
  });

  it('works with assistants as those of 2024 did, and LangChain with it', { timeout: TIMEOUT_MS }, async () => {
    const files = ['test_assistants.py', 'test_runs.py', 'test_langchain_assistants.py'];
    expect(await runTests({ CLIENTS: '2024' }, files)).toMatch(/\b\d+ passed/);
  });

  it('works with the first version of assistants too', { timeout: TIMEOUT_MS }, async () => {
    const files = ['test_runs.py', 'test_langchain_assistants.py'];
    const said = await runTests({ CLIENTS: '2024', OPENAI_VERSION: FIRST_ASSISTANTS }, files);
    expect(said).toMatch(scripted ? /\b\d+ passed/ : /skipped/);
  });

  it('runs examples/python/chat.py', async () => {
    const question = 'Say hello.';
    const env = { ...process.env, OPENAI_BASE_URL: target.baseURL, OPENAI_API_KEY: target.apiKey };
    const python = join(FOLDER, '.venv/bin/python');
    const { stdout } = await run(python, [join(REPOSITORY, 'examples/python/chat.py'), question], { env });
    expect(stdout.trim()).not.toBe('');
    if (scripted) expect(stdout.trim()).toBe(question);
  });
});
