/** The conformance suite of sandboxes, and the attempts to leave one. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Sandbox,
  SandboxFileError,
  SandboxInterruptedError,
  type SandboxLimits,
  type SandboxOutput,
  type SandboxSession,
} from './sandbox.ts';
import { attempt, processesWith, SMALL_LIMITS } from './testing/attempt.ts';
import { type Bait, createBait } from './testing/bait.ts';
import { createEscapes, type Escape } from './testing/escapes.ts';

const NEVER = new AbortController().signal;
/** Only the names of the escapes are used. */
const NO_BAIT = { tcpPort: 0, udpPort: 0, victim: 0 } as Bait;

/** The variables that a session may have. */
const ENVIRONMENT = ['HOME', 'LANG', 'MPLBACKEND', 'OPENBLAS_NUM_THREADS', 'PATH', 'PWD', 'PYTHONTZPATH', 'TMPDIR'];

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

export function describeSandbox(name: string, create: () => Sandbox | Promise<Sandbox>): void {
  let sandbox: Sandbox;
  let session: SandboxSession | undefined;
  beforeAll(async () => {
    sandbox = await create();
  });
  const open = async (limits: Partial<SandboxLimits> = {}) => {
    session = await sandbox.open({ ...SMALL_LIMITS, ...limits });
    return session;
  };
  afterEach(() => session?.destroy());
  describeCalls(name, open);
  describeEscapes(name, () => sandbox);
  describeIsolation(name, open);
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

    it('refuses a file that is larger than the disk, and keeps the session', async () => {
      const session = await open();
      async function* large() {
        for (let part = 0; part < 64; part += 1) yield Buffer.alloc(1024 ** 2);
      }
      await expect(session.putFile('large', large())).rejects.toThrow(SandboxFileError);
      expect(await session.deleteFile('large')).toBe(true);
      await session.putFile('small', pieces('a'));
      expect((await run(session, 'open("small").read()')).logs).toBe("'a'\n");
    });

    it('reports no file whose name is no text', async () => {
      const session = await open();
      const { files } = await run(session, 'open(b"\\xff", "w").close()');
      const listed = (await session.listFiles()).map((file) => file.path);
      expect([...files, ...listed].filter((path) => !path.isWellFormed())).toEqual([]);
    });

    it('goes on after code that creates deep folders', async () => {
      const session = await open();
      const code = 'import os\nfor _ in range(3000): os.mkdir("d"); os.chdir("d")';
      await run(session, code);
      expect((await run(session, '1 + 1')).logs).toBe('2\n');
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

function describeEscapes(name: string, sandbox: () => Sandbox): void {
  describe(`${name} refuses`, () => {
    let bait: Bait;
    beforeAll(async () => {
      bait = await createBait();
    });
    afterAll(() => bait.close());

    for (const [index, { name: attempted }] of createEscapes(NO_BAIT).entries()) {
      it(`refuses ${attempted}, and answers the next call`, async () => {
        expect(await attempt(sandbox(), createEscapes(bait)[index] as Escape)).toBeUndefined();
        expect(await bait.reached()).toEqual([]);
      });
    }
  });
}

function describeIsolation(name: string, open: Open): void {
  describe(`${name} isolates`, () => {
    it('shows neither the environment nor processes of the machine, nor files of other sessions', async () => {
      const session = await open();
      await run(session, 'open("/mnt/data/secret", "w"); open("/tmp/secret", "w"); None');
      const other = await open();
      const code = [
        'import os, glob',
        `print(set(os.environ) - set(${JSON.stringify(ENVIRONMENT)}))`,
        'print(os.listdir("/mnt/data"), os.listdir("/tmp"), len(glob.glob("/proc/[0-9]*")) <= 3)',
        // An interpreter in WebAssembly has no users and no /proc.
        'if hasattr(os, "getuid"):',
        '  status = open("/proc/self/status").read()',
        '  print(os.getuid() != 0, status.split("CapEff:\\t")[1][:16], "NoNewPrivs:\\t1" in status)',
      ].join('\n');
      const { logs } = await run(other, code);
      await session.destroy();
      expect(logs).toMatch(/^set\(\)\n\[\] \[\] True\n(?:True 0000000000000000 True\n)?$/);
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

    it('interrupts code that floods the stream of the replies', async () => {
      const code = [
        'import os, time',
        'for fd in range(3, 20):',
        '  for _ in range(1000):',
        '    try: os.set_blocking(fd, False); os.write(fd, b"x" * 65536)',
        '    except BlockingIOError: time.sleep(0.001)',
        '    except OSError: break',
      ].join('\n');
      await expect(run(await open(), code)).rejects.toMatchObject({ reason: 'output' });
    });

    it('interrupts code that writes to the stream of the replies', async () => {
      const code = 'import os\nfor fd in range(3, 20):\n  try: os.write(fd, b"garbage\\n")\n  except OSError: pass';
      await expect(run(await open(), code)).rejects.toMatchObject({ reason: 'output' });
    });
  });
}
