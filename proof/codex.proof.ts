/**
 * Codex, the command-line agent, works through the Responses API: it runs a command that edits a file, and applies a
 * patch. The package is installed into a temporary folder; the suite is skipped where the registry is out of reach.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../packages/server/src/start/testing/test-server.ts';

const PACKAGE = '@openai/codex@0.171.0';
const run = promisify(execFile);

const folder = await mkdtemp(join(tmpdir(), 'selfsame-codex-'));
const installed = await run('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, PACKAGE]).then(
  () => true,
  (error: unknown) => {
    console.warn(`Codex is not tested: ${String(error).slice(0, 200)}`);
    return false;
  },
);

const PATCH = ['*** Begin Patch', '*** Update File: a.txt', '@@', '-one', '+two', '*** End Patch'].join('\n');

describe.runIf(installed)('Codex on the Responses API', () => {
  const work = join(folder, 'work');
  const home = join(folder, 'home');
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
    await mkdir(work);
    await mkdir(home);
    const lines = [
      'model = "scripted"',
      'model_provider = "selfsame"',
      'approval_policy = "never"',
      'sandbox_mode = "danger-full-access"',
      'web_search = "disabled"',
      '[model_providers.selfsame]',
      'name = "selfsame"',
      `base_url = "${server.url}/v1"`,
      'wire_api = "responses"',
    ];
    await writeFile(join(home, 'config.toml'), lines.join('\n'));
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const exec = (prompt: string) => {
    const codex = join(folder, 'node_modules', '.bin', 'codex');
    const done = run(codex, ['exec', '--skip-git-repo-check', prompt], {
      cwd: work,
      env: { ...process.env, CODEX_HOME: home },
      timeout: 120_000,
    });
    done.child.stdin?.end();
    return done;
  };
  const script = (name: string, args: object) => `@script ${JSON.stringify({ calls: [{ name, arguments: args }] })}`;

  it.each([
    ['a command', 'echo two > a.txt'],
    ['a patch', `apply_patch <<'EOF'\n${PATCH}\nEOF`],
  ])('edits a file with %s and answers with the output', async (_how, cmd) => {
    await writeFile(join(work, 'a.txt'), 'one\n');
    const { stdout } = await exec(script('exec_command', { cmd }));
    expect(await readFile(join(work, 'a.txt'), 'utf8')).toBe('two\n');
    expect(stdout).toMatch(/exit(ed with)? code:? 0/i);
  });
});
