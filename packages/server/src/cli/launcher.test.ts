/** The launcher on an old Node version, which starts the program on the pinned one. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const LAUNCHER = fileURLToPath(new URL('../../bin/selfsame.js', import.meta.url));
/** Makes the launcher treat this Node as old; its child process does not inherit the flag. */
const OLD_NODE = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.0.0' } })",
)}`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-launcher-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function launch(words: string[]) {
  const env = {
    ...process.env,
    SELFSAME_DATA_DIR: folder,
    SELFSAME_PORT: '0',
    SELFSAME_PULL: '0',
    SELFSAME_SCRIPTED: '1',
  };
  return spawn(process.execPath, ['--import', OLD_NODE, LAUNCHER, ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function startServer() {
  const launcher = launch(['serve']);
  const url = await new Promise<string>((resolve) => {
    launcher.stdout.on('data', (data) => {
      const found = /(http:\S+)\/v1/.exec(String(data))?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    launcher,
    isServing: () =>
      fetch(`${url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      ),
  };
}

describe('the launcher on an old Node', () => {
  it('the launcher returns the exit code of the program', async () => {
    const code = await new Promise((resolve) => launch(['keys', 'revoke', 'key_none']).on('close', resolve));
    expect(code).toBe(1);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('the server ends when the launcher ends by %s', async (signal) => {
    const { launcher, isServing } = await startServer();
    expect(await isServing()).toBe(true);
    launcher.kill(signal);
    await expect.poll(isServing, { timeout: 10_000 }).toBe(false);
  });
});
