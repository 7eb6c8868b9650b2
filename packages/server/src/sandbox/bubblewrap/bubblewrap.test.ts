import { type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { describeSandbox } from '../sandbox.conformance.ts';
import { DEFAULT_SANDBOX_LIMITS, type SandboxSession, SandboxUnavailableError } from '../sandbox.ts';
import { canExecuteCode } from '../testing/can-execute-code.ts';
import { createBubblewrapSandbox } from './bubblewrap.ts';

const canRun = await canExecuteCode();

/** Effective users of the processes whose command line has the marker. */
function ownersOf(marker: string): string[] {
  return readdirSync('/proc').flatMap((id) => {
    try {
      if (!/^\d+$/.test(id) || !readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(marker)) return [];
      return [/^Uid:\t\d+\t(\d+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? ''];
    } catch {
      return [];
    }
  });
}

/** A server that opens a session, prints the result of `code`, and then executes code that does not end. */
function startServer(cpuSeconds: number, code: string) {
  const script = `
    const { createBubblewrapSandbox } = await import(${JSON.stringify(import.meta.resolve('./bubblewrap.ts'))});
    const limits = ${JSON.stringify({ ...DEFAULT_SANDBOX_LIMITS, cpuSeconds })};
    const session = await createBubblewrapSandbox().open(limits);
    const run = async (code) => {
      for await (const output of session.run(code, new AbortController().signal)) console.log(output.text ?? '');
    };
    await run(${JSON.stringify(code)});
    await run('while True: pass');`;
  // Node closes inherited descriptors up to the first gap above 15.
  const inherited = [...Array<'ignore'>(37).fill('ignore'), openSync('/', 'r')];
  const stdio: StdioOptions = ['ignore', 'pipe', 'inherit', ...inherited];
  return spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio });
}

async function execute(session: SandboxSession, code: string): Promise<string> {
  let logs = '';
  for await (const output of session.run(code, new AbortController().signal)) {
    if (output.type === 'logs') logs += output.text;
  }
  return logs;
}

describe.skipIf(!canRun)('with bubblewrap installed', () => {
  describeSandbox('bubblewrap', () => createBubblewrapSandbox());

  it.skipIf(process.getuid?.() !== 0)('runs as an ordinary user of the machine if the server is root', async () => {
    const session = await createBubblewrapSandbox().open({ ...DEFAULT_SANDBOX_LIMITS, cpuSeconds: 622 });
    const owners = ownersOf('"cpuSeconds":622');
    await session.destroy();
    expect(owners.length).toBeGreaterThan(0);
    expect(new Set(owners)).toEqual(new Set(['65534']));
  });

  it('leaves no process if the server is killed during a call, and passes no descriptor of the server', async () => {
    const code = 'import os; [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")[:-1]]';
    const server = startServer(633, code);
    const [descriptors] = await once(server.stdout as Readable, 'data');
    expect(String(descriptors)).toMatch(/^\[('(\/dev\/null|pipe:\[\d+\]|socket:\[\d+\])'(, )?)+\]\n/);
    expect(ownersOf('"cpuSeconds":633').length).toBeGreaterThan(0);
    server.kill('SIGKILL');
    await once(server, 'exit');
    await expect.poll(() => ownersOf('"cpuSeconds":633')).toEqual([]);
  });

  it('uses namespaces of its own, and no program besides Python is visible', async () => {
    const session = await createBubblewrapSandbox().open(DEFAULT_SANDBOX_LIMITS);
    const namespaces = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'];
    const code = `import os; [os.readlink("/proc/self/ns/" + name) for name in ${JSON.stringify(namespaces)}]`;
    const logs = await execute(session, code);
    const programs = [
      'import os, stat',
      'found = os.listdir("/usr/bin") + [os.path.exists("/usr/sbin"), os.path.exists("/bin/sh")]',
      'for folder, _, names in os.walk("/usr/lib"):',
      '  modes = [os.lstat(os.path.join(folder, name)).st_mode for name in names]',
      '  found += [folder for mode in modes if stat.S_ISREG(mode) and mode & 0o6000]',
      'found',
    ];
    expect(await execute(session, programs.join('\n'))).toBe("['python3', False, False]\n");
    await session.destroy();
    for (const name of namespaces) expect(logs).not.toContain(readlinkSync(`/proc/self/ns/${name}`));
    expect(logs.match(/\d{6,}/g)).toHaveLength(namespaces.length);
  });

  it('starts threads, and bounds their number', async () => {
    const session = await createBubblewrapSandbox().open(DEFAULT_SANDBOX_LIMITS);
    const code = [
      'import threading, time',
      'threading.stack_size(65536)',
      'threads = [threading.Thread(target=time.sleep, args=(60,), daemon=True) for _ in range(1000)]',
      'for started, thread in enumerate(threads):',
      '  try: thread.start()',
      '  except RuntimeError as error: print(started, error); break',
    ].join('\n');
    expect(await execute(session, code)).toMatch(/^(4|5|6)\d can't start new thread\n$/);
    await session.destroy();
  });
});

const hasMatplotlib = existsSync('/usr/lib/python3/dist-packages/matplotlib');

describe.skipIf(!canRun || !hasMatplotlib)('with matplotlib installed', () => {
  it('returns each shown figure as PNG, in the order of the logs', async () => {
    const session = await createBubblewrapSandbox().open(DEFAULT_SANDBOX_LIMITS);
    const code = [
      'import matplotlib.pyplot as plt',
      'plt.figure(figsize=(3, 2), dpi=100); plt.plot([1, 2]); plt.show()',
      'print("between")',
      'plt.figure(figsize=(4, 2), dpi=100); None',
    ].join('\n');
    const seen: unknown[] = [];
    for await (const output of session.run(code, new AbortController().signal)) {
      if (output.type === 'logs') seen.push(output.text);
      if (output.type === 'image') seen.push(Buffer.from(output.png).toString('hex', 0, 24));
    }
    await session.destroy();
    const png = (width: string) => `89504e470d0a1a0a0000000d494844520000${width}000000c8`;
    expect(seen.filter((part) => part !== '\n')).toEqual([png('012c'), 'between', png('0190')]);
  });
});

describe('bubblewrap', () => {
  it('names what to install if the program is missing', async () => {
    const opening = createBubblewrapSandbox({ program: '/missing/bwrap' }).open(DEFAULT_SANDBOX_LIMITS);
    await expect(opening).rejects.toThrow(SandboxUnavailableError);
    await expect(opening).rejects.toThrow('Install bubblewrap');
  });
});
