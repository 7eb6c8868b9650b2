/** The sandbox of Linux namespaces: `bwrap` starts one interpreter per session. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { DRIVER } from '../driver.ts';
import { DriverSession } from '../driver-session.ts';
import { type Sandbox, type SandboxLimits, type SandboxSession, SandboxUnavailableError } from '../sandbox.ts';
import { innerArguments, outerArguments } from './arguments.ts';
import { findRootPaths, type RootPaths } from './root.ts';
import { createSeccompFilter } from './seccomp.ts';

export interface BubblewrapOptions {
  /** The program `bwrap`. */
  program: string;
  /** A folder with its own `/usr`, whose Python is used instead of that of the machine. */
  root: string;
}

/** The user outside, if the server runs as root. */
const UNPRIVILEGED_USER = 65534;
const MAX_STDERR_CHARS = 600;
const SECCOMP_FD = 3;
const ARGUMENTS_FD = 4;

const INSTALL =
  'Install bubblewrap and python3 (Debian: `apt-get install bubblewrap python3`), and allow user namespaces.';

/** Writes to a descriptor that the process inherits. The error of a missing program is that of the process. */
function send(child: ChildProcess, descriptor: number, content: string | Buffer): void {
  const pipe = child.stdio[descriptor] as Writable | null | undefined;
  pipe?.on('error', () => undefined);
  pipe?.end(content);
}

function startProcess(program: string, limits: SandboxLimits, { python, mounts }: RootPaths): ChildProcess {
  const filter = createSeccompFilter(process.arch);
  if (filter === undefined) throw new SandboxUnavailableError(`There is no seccomp filter for ${process.arch}.`);
  // Isolated: neither the environment nor the folder of the script changes what the interpreter loads at its start.
  const command = [python, '-I', '-B', '-c', DRIVER, JSON.stringify(limits)];
  const child = spawn(program, outerArguments(program, limits.diskBytes, { descriptor: ARGUMENTS_FD, command }), {
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    ...(process.getuid?.() === 0 && { uid: UNPRIVILEGED_USER, gid: UNPRIVILEGED_USER }),
  });
  send(child, SECCOMP_FD, filter);
  send(child, ARGUMENTS_FD, innerArguments(mounts, SECCOMP_FD).join('\0'));
  return child;
}

async function openSession(program: string, limits: SandboxLimits, paths: RootPaths): Promise<SandboxSession> {
  const child = startProcess(program, limits, paths);
  let stderr = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    stderr = (stderr + bytes.toString('utf8')).slice(-MAX_STDERR_CHARS);
  });
  child.once('error', (error) => {
    stderr = error.message;
  });
  const streams = { child, commands: child.stdin as Writable, replies: child.stdout as Readable };
  const session = new DriverSession(streams, limits);
  try {
    await session.start();
    return session;
  } catch {
    await session.destroy();
    throw new SandboxUnavailableError(`bubblewrap could not start Python: ${stderr.trim() || 'it ended'}. ${INSTALL}`);
  }
}

export function createBubblewrapSandbox({ program = 'bwrap', root = '' }: Partial<BubblewrapOptions> = {}): Sandbox {
  let paths: Promise<RootPaths> | undefined;
  return {
    name: 'bubblewrap',
    async open(limits) {
      paths ??= findRootPaths(root);
      // What is missing may be installed later.
      const found = await paths.catch((error: unknown) => {
        paths = undefined;
        throw error;
      });
      return openSession(program, limits, found);
    },
  };
}
