/** The conformance suite of sandboxes, and the attempts to leave one. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  DEFAULT_SANDBOX_LIMITS,
  type Sandbox,
  SandboxFileError,
  SandboxInterruptedError,
  type SandboxLimits,
  type SandboxOutput,
  type SandboxSession,
} from './sandbox.ts';

const NEVER = new AbortController().signal;
const SMALL: SandboxLimits = { ...DEFAULT_SANDBOX_LIMITS, memoryBytes: 512 * 1024 ** 2, diskBytes: 4 * 1024 ** 2 };

interface Result {
  logs: string;
  status: string;
  files: string[];
}

async function run(session: SandboxSession, code: string, signal = NEVER): Promise<Result> {
  const outputs: SandboxOutput[] = [];
  for await (const output of session.run(code, signal)) outputs.push(output);
  const end = outputs.at(-1);
  const logs = outputs.map((output) => (output.type === 'logs' ? output.text : '')).join('');
  if (end?.type !== 'end') throw new Error('the call has no end');
  return { logs, status: end.status, files: end.files.map((file) => file.path) };
}

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

async function text(session: SandboxSession, path: string): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of session.readFile(path)) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** Processes of this machine whose command line has the text. */
function processesWith(marker: string): string[] {
  return readdirSync('/proc').filter((id) => {
    try {
      return /^\d+$/.test(id) && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(marker);
    } catch {
      return false;
    }
  });
}

/** Python that must raise an exception, by name. */
const ATTEMPTS: Record<string, string> = {
  'a TCP connection': 'import socket; socket.create_connection(("1.1.1.1", 80), 1)',
  'a TCP connection to the machine': 'import socket; socket.create_connection(("127.0.0.1", 22), 1)',
  'a UDP packet': 'import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("1.1.1.1", 53))',
  'a look-up of DNS': 'import socket; socket.getaddrinfo("example.com", 80)',
  'a Unix socket': 'import socket; socket.socket(socket.AF_UNIX).bind("/tmp/s")',
  'an abstract socket': 'import socket; socket.socket(socket.AF_UNIX).bind("\\0s")',
  'a file of the machine': 'open("/etc/passwd")',
  'a file of root': 'import os; os.listdir("/root")',
  'the kernel log and /sys': 'import os; os.listdir("/sys")',
  'a kernel setting': 'open("/proc/sys/kernel/core_pattern", "w").write("x")',
  'the memory of process 1': 'open("/proc/1/mem", "rb").read(1)',
  'a write to the root': 'open("/x", "w")',
  'a write to /usr': 'open("/usr/x", "w")',
  'a write to /dev/shm': 'open("/dev/shm/x", "w")',
  'a fork': 'import os; os.fork()',
  'a subprocess': 'import subprocess; subprocess.run(["/bin/true"])',
  'a memory bomb': 'x = bytearray(4 * 1024 ** 3)',
  'a memory file': 'import os; os.memfd_create("x")',
  'a disk bomb': 'open("/mnt/data/x", "wb").write(b"x" * 8 * 1024 ** 2)',
  'a disk bomb in /tmp': 'open("/tmp/x", "wb").write(b"x" * 8 * 1024 ** 2)',
  'a bomb of empty files': 'for i in range(200_000): open("/mnt/data/%d" % i, "w").close()',
  'a bomb of empty files in /tmp': 'for i in range(200_000): open("/tmp/%d" % i, "w").close()',
  'a program of its own':
    'import os; open("p", "w").write("#!/usr/bin/python3"); os.chmod("p", 0o755); os.execv("p", ["p"])',
  'a device node': 'import os, stat; os.mknod("/tmp/d", 0o600 | stat.S_IFBLK, os.makedev(8, 0))',
  'another user': 'import os; os.setuid(0)',
  'a higher limit': 'import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1))',
  'a signal to a process of the machine': `import os; os.kill(${process.pid}, 9)`,
  'a hard link to a file of the system': 'import os; os.link("/usr/bin/python3", "/mnt/data/p")',
  'a pickle bomb': 'import pickle; pickle.loads(b"cos\\nfork\\n(tR.")',
  'a zip bomb': [
    'import io, zipfile',
    'b = io.BytesIO(); z = zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED); z.writestr("x", bytes(8 * 1024 ** 2)); z.close()',
    'zipfile.ZipFile(b).extractall("/mnt/data")',
  ].join('\n'),
};

/** Functions of libc and their arguments that must return -1. */
const CALLS: Record<string, string> = {
  ptrace: '0, 0, 0, 0',
  mount: 'b"none", b"/tmp", b"tmpfs", 0, 0',
  unshare: '0x10000000',
  chroot: 'b"/tmp"',
  syscall: process.arch === 'arm64' ? '219, 0, -3, 1' : '250, 0, -3, 1',
  setns: '0, 0',
  fork: '',
  socket: '2, 1, 0',
  shmget: '1, 4096, 0o1600',
};

export function describeSandbox(name: string, create: () => Sandbox): void {
  let session: SandboxSession;
  const open = async (limits: Partial<SandboxLimits> = {}) => {
    session = await create().open({ ...SMALL, ...limits });
    return session;
  };
  afterEach(() => session.destroy());
  describeCalls(name, open);
  describeEscapes(name, open);
  describeLimits(name, open);
}

type Open = (limits?: Partial<SandboxLimits>) => Promise<SandboxSession>;

function describeCalls(name: string, open: Open): void {
  describe(`${name} as sandbox`, () => {
    it('returns output, the value of the last expression and errors in order, and keeps variables', async () => {
      const session = await open();
      const first = await run(session, 'import sys\nx = 20\nprint("a")\nprint("b", file=sys.stderr)\nx + 1');
      expect(first).toEqual({ logs: 'a\nb\n21\n', status: 'completed', files: [] });
      const second = await run(session, 'print(x)\n1 / 0');
      expect(second.status).toBe('failed');
      expect(second.logs).toMatch(
        /^20\nTraceback .*\n {2}File "<cell 2>", line 2.*\n {4}1 \/ 0\n[\s\S]*ZeroDivisionError/,
      );
      expect((await run(session, 'x')).logs).toBe('20\n');
    });

    it('puts, lists, reads and deletes files, and reports those that a call created or changed', async () => {
      const session = await open();
      await session.putFile('in.csv', pieces('a,b\n', '1,2\n'));
      const code = 'open("out.txt", "w").write(open("/mnt/data/in.csv").read().upper()); None';
      expect(await run(session, code)).toEqual({ logs: '', status: 'completed', files: ['out.txt'] });
      expect(await text(session, 'out.txt')).toBe('A,B\n1,2\n');
      expect((await session.listFiles()).map((file) => file.path)).toEqual(['in.csv', 'out.txt']);
      expect(await session.deleteFile('in.csv')).toBe(true);
      expect(await session.deleteFile('in.csv')).toBe(false);
      await expect(text(session, 'in.csv')).rejects.toThrow(SandboxFileError);
    });

    it('does not read through links or outside of /mnt/data', async () => {
      const session = await open();
      await run(session, 'import os; os.symlink("/usr/bin/python3", "l"); os.symlink("/usr", "d"); os.mkfifo("f")');
      for (const path of ['l', 'd/bin/python3', 'f', '../../usr/bin/python3', '/usr/bin/python3']) {
        await expect(text(session, path)).rejects.toThrow(SandboxFileError);
      }
      expect(await session.listFiles()).toEqual([]);
    });

    it('interrupts a call whose signal aborts, and leaves no process', async () => {
      const session = await open({ cpuSeconds: 611 });
      expect(processesWith('611')).not.toEqual([]);
      const call = run(session, 'while True: pass', AbortSignal.timeout(200));
      await expect(call).rejects.toMatchObject({ reason: 'aborted' });
      await session.destroy();
      expect(session.isOpen).toBe(false);
      await expect.poll(() => processesWith('"cpuSeconds":611')).toEqual([]);
    });
  });
}

function describeEscapes(name: string, open: Open): void {
  describe(`${name} refuses`, () => {
    for (const [attempt, code] of Object.entries(ATTEMPTS)) {
      it(`refuses ${attempt}, and answers the next call`, async () => {
        const session = await open();
        const { status, logs } = await run(session, code);
        expect(logs).toMatch(/(?:OSError|\w*Error|gaierror)\b/);
        expect(status).toBe('failed');
        expect(logs).not.toContain('SyntaxError');
        expect((await run(session, '1 + 1')).logs).toBe('2\n');
      });
    }

    for (const [call, values] of Object.entries(CALLS)) {
      it(`refuses ${call} of libc by ctypes`, async () => {
        const session = await open();
        const code = `import ctypes\nprint(ctypes.CDLL(None, use_errno=True).${call}(${values}), ctypes.get_errno())`;
        expect((await run(session, code)).logs).toBe('-1 1\n');
      });
    }

    it('shows neither the environment nor processes of the machine, nor files of other sessions', async () => {
      const session = await open();
      await run(session, 'open("/mnt/data/secret", "w"); open("/tmp/secret", "w"); None');
      const other = await open();
      const code = [
        'import os, glob',
        'print(os.getuid() != 0, sorted(os.environ), os.listdir("/mnt/data"), os.listdir("/tmp"))',
        'print(open("/proc/self/status").read().split("CapEff:\\t")[1][:16], len(glob.glob("/proc/[0-9]*")) <= 3)',
        'print("NoNewPrivs:\\t1" in open("/proc/self/status").read())',
      ].join('\n');
      const { logs } = await run(other, code);
      await session.destroy();
      const environment = "['HOME', 'LANG', 'MPLBACKEND', 'OPENBLAS_NUM_THREADS', 'PATH', 'PWD']";
      expect(logs).toBe(`True ${environment} [] []\n0000000000000000 True\nTrue\n`);
    });
  });
}

function describeLimits(name: string, open: Open): void {
  describe(`${name} limits`, () => {
    it('interrupts an infinite loop at the wall time', async () => {
      const session = await open({ wallMs: 1000 });
      await expect(run(session, 'while True: pass')).rejects.toMatchObject({ reason: 'time' });
      await expect(run(session, '1')).rejects.toThrow(SandboxInterruptedError);
    });

    it('interrupts code that uses up the CPU time', async () => {
      const session = await open({ cpuSeconds: 1 });
      await expect(run(session, 'while True: pass')).rejects.toMatchObject({ reason: 'crash' });
    });

    it('reports the end of the interpreter as an interruption', async () => {
      await expect(run(await open(), 'import os; os._exit(0)')).rejects.toMatchObject({ reason: 'crash' });
    });

    it('truncates the logs at their limit', async () => {
      const { logs } = await run(await open({ outputBytes: 1000 }), 'for i in range(10000): print("x" * 99)');
      expect(logs.length).toBeLessThan(2000);
      expect(logs).toContain('[output truncated]');
    });

    it('interrupts code that writes to the stream of the replies', async () => {
      const code = 'import os\nfor fd in range(3, 20):\n  try: os.write(fd, b"garbage\\n")\n  except OSError: pass';
      await expect(run(await open(), code)).rejects.toMatchObject({ reason: 'output' });
    });
  });
}
