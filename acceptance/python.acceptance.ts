/** The official Python client: runs `python/run.sh` and the Python example. Skipped without Python. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from './server.ts';
import { scripted, target } from './target.ts';

const run = promisify(execFile);
const FOLDER = join(REPOSITORY, 'acceptance/python');
const hasPython = spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0;
/** The first run creates the virtual environment. */
const TIMEOUT_MS = 300_000;

/** requirements.txt pins the newest generation; many applications still use this one. */
const OLDER = '1.109.1';
/** The last one with the Assistants API v1. */
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
  it('passes the tests of the current Python client', { timeout: TIMEOUT_MS }, async () => {
    expect(await runTests({})).toMatch(/\b\d\d passed/);
  });

  it('passes the tests of the older Python client', { timeout: TIMEOUT_MS }, async () => {
    expect(await runTests({ OPENAI_VERSION: OLDER })).toMatch(/\b\d\d passed/);
  });

  it('passes the tests of assistants with the Python clients of 2024 and LangChain', {
    timeout: TIMEOUT_MS,
  }, async () => {
    const files = ['test_assistants.py', 'test_runs.py', 'test_langchain_assistants.py'];
    expect(await runTests({ CLIENTS: '2024' }, files)).toMatch(/\b\d+ passed/);
  });

  it('passes the tests of the Assistants API v1', { timeout: TIMEOUT_MS }, async () => {
    const files = ['test_runs.py', 'test_langchain_assistants.py'];
    const said = await runTests({ CLIENTS: '2024', OPENAI_VERSION: FIRST_ASSISTANTS }, files);
    expect(said).toMatch(scripted ? /\b\d+ passed/ : /skipped/);
  });

  it('passes the tests of the Agents SDK', { timeout: TIMEOUT_MS }, async () => {
    const said = await runTests({ CLIENTS: 'agents' }, ['test_agents.py']);
    expect(said).toMatch(scripted ? /\b\d+ passed/ : /skipped/);
  });

  it('examples/python/chat.py runs', async () => {
    const question = 'Say hello.';
    const env = { ...process.env, OPENAI_BASE_URL: target.baseURL, OPENAI_API_KEY: target.apiKey };
    const python = join(FOLDER, '.venv/bin/python');
    const { stdout } = await run(python, [join(REPOSITORY, 'examples/python/chat.py'), question], { env });
    expect(stdout.trim()).not.toBe('');
    if (scripted) expect(stdout.trim()).toBe(question);
  });
});
