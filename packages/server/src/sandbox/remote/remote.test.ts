import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandboxServer } from '../../../../../examples/sandbox-server/server.ts';
import { createBubblewrapSandbox } from '../bubblewrap/bubblewrap.ts';
import { describeSandbox } from '../sandbox.conformance.ts';
import { DEFAULT_SANDBOX_LIMITS, SandboxUnavailableError } from '../sandbox.ts';
import { logsOf, processesWith } from '../testing/attempt.ts';
import { canExecuteCode } from '../testing/can-execute-code.ts';
import { createRemoteSandbox } from './remote.ts';

const canRun = await canExecuteCode();

const SERVER = join(import.meta.dirname, '../../../../../examples/sandbox-server/main.ts');
const TOKEN = 'token-of-the-suite';

async function startServer(): Promise<{ server: ChildProcess; url: string }> {
  const server = spawn(process.execPath, [SERVER, '0'], {
    env: { PATH: process.env.PATH ?? '', SANDBOX_TOKEN: TOKEN },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(server.stdout as Readable, 'data');
  return { server, url: String(line).trim() };
}

describe.skipIf(!canRun)('with the server of the examples', () => {
  let server: ChildProcess;
  let url = '';
  beforeAll(async () => {
    ({ server, url } = await startServer());
  });
  afterAll(() => server.kill());

  describeSandbox('remote', () => createRemoteSandbox({ url, token: TOKEN }));

  it('is unavailable with a wrong token', async () => {
    const opening = createRemoteSandbox({ url, token: 'wrong' }).open(DEFAULT_SANDBOX_LIMITS);
    await expect(opening).rejects.toThrow(SandboxUnavailableError);
    await expect(opening).rejects.toThrow('The token is missing or wrong.');
  });

  it('is unavailable with a limit above that of the server', async () => {
    const limits = { ...DEFAULT_SANDBOX_LIMITS, memoryBytes: 1024 ** 4 };
    const opening = createRemoteSandbox({ url, token: TOKEN }).open(limits);
    await expect(opening).rejects.toThrow('`memoryBytes` must be an integer from 1 to 4294967296.');
  });

  it('ends a session that is idle, and refuses more sessions than the server has', async () => {
    const sandbox = createBubblewrapSandbox();
    const local = createSandboxServer({ sandbox, token: TOKEN, maxSessions: 1, idleMs: 500 }).listen(0, '127.0.0.1');
    await once(local, 'listening');
    const port = (local.address() as AddressInfo).port;
    const remote = createRemoteSandbox({ url: `http://127.0.0.1:${port}/`, token: TOKEN });
    const session = await remote.open({ ...DEFAULT_SANDBOX_LIMITS, cpuSeconds: 655 });
    await expect(remote.open(DEFAULT_SANDBOX_LIMITS)).rejects.toThrow('All 1 sessions are in use.');
    await expect.poll(() => processesWith('"cpuSeconds":655'), { timeout: 5000 }).toEqual([]);
    await expect(logsOf(session, '1 + 1')).rejects.toMatchObject({ reason: 'crash' });
    expect(session.isOpen).toBe(false);
    const next = await remote.open(DEFAULT_SANDBOX_LIMITS);
    await next.destroy();
    local.close();
  });

  it('ends a call with an interruption if the server is killed, and leaves no process', async () => {
    const other = await startServer();
    const limits = { ...DEFAULT_SANDBOX_LIMITS, cpuSeconds: 644 };
    const session = await createRemoteSandbox({ url: other.url, token: TOKEN }).open(limits);
    expect(await logsOf(session, '1 + 1')).toBe('2\n');
    const call = logsOf(session, 'while True: pass');
    setTimeout(() => other.server.kill('SIGKILL'), 200);
    await expect(call).rejects.toMatchObject({ reason: 'crash' });
    expect(session.isOpen).toBe(false);
    await expect.poll(() => processesWith('"cpuSeconds":644')).toEqual([]);
  });
});
