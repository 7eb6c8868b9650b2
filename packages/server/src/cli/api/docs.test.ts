/** Runs every command of docs/cli-api.md in one shell session against a server. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';
import { LAUNCHER, run } from '../testing/run-program.ts';

const PAGE = readFileSync(new URL('../../../../../docs/cli-api.md', import.meta.url), 'utf8');

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await startTestServer();
  folder = await mkdtemp(join(tmpdir(), 'selfsame-cli-docs-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

it('every command of the page about the command line succeeds', async () => {
  const blocks = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
  const commands = blocks.join('\n').match(/\bselfsame (?:api|completion)\b/g) ?? [];
  expect(commands.length).toBeGreaterThan(20);
  const session = `selfsame() { "${process.execPath}" "${LAUNCHER}" "$@"; }\n${blocks.join('\n')}\necho the end`;
  const env = { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: '' };
  const { stdout, stderr, code } = await run('bash', ['-e', '-u', '-o', 'pipefail', '-c', session], {
    env,
    cwd: folder,
  });
  // The commands of the section about errors fail, and print one line each.
  expect(
    stderr
      .trim()
      .split('\n')
      .map((line) => line.slice(0, 'selfsame: '.length)),
  ).toEqual(Array.from({ length: 3 }, () => 'selfsame: '));
  expect({ code, last: stdout.trim().split('\n').at(-1) }).toEqual({ code: 0, last: 'the end' });
}, 240_000);
