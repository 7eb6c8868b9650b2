/** The sandbox of Linux namespaces: `bwrap` starts one interpreter per session, with the Python of the machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { DRIVER } from '../driver.ts';
import { DriverSession } from '../driver-session.ts';
import { type Sandbox, type SandboxLimits, type SandboxSession, SandboxUnavailableError } from '../sandbox.ts';
import { createSeccompFilter } from './seccomp.ts';

export interface BubblewrapOptions {
  /** The program `bwrap`. */
  program: string;
}

/** The user inside a session. */
const SESSION_USER = '1000';
/** The user outside, if the server runs as root. */
const UNPRIVILEGED_USER = 65534;
const MAX_STDERR_CHARS = 600;
const SECCOMP_FD = 3;

const INSTALL =
  'Install bubblewrap and python3 (Debian: `apt-get install bubblewrap python3`), and allow user namespaces.';

/** The links to shared libraries, and the settings without which matplotlib of Debian cannot be imported. */
const SETTINGS = ['/etc/alternatives', '/etc/matplotlibrc'];

const ENVIRONMENT = {
  HOME: '/tmp',
  LANG: 'C.UTF-8',
  MPLBACKEND: 'Agg',
  // More threads would reserve most of the address space.
  OPENBLAS_NUM_THREADS: '1',
  PATH: '/usr/bin',
};

function temporary(path: string, bytes: number): string[] {
  return ['--size', String(bytes), '--tmpfs', path];
}

function bubblewrapArguments(limits: SandboxLimits): string[] {
  return [
    ['--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--new-session'],
    ['--uid', SESSION_USER, '--gid', SESSION_USER, '--hostname', 'sandbox', '--cap-drop', 'ALL', '--clearenv'],
    Object.entries(ENVIRONMENT).flatMap(([name, value]) => ['--setenv', name, value]),
    ['--ro-bind', '/usr', '/usr'],
    SETTINGS.flatMap((path) => ['--ro-bind-try', path, path]),
    ['bin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]),
    ['--proc', '/proc', '--dev', '/dev'],
    temporary('/tmp', limits.diskBytes),
    temporary('/mnt/data', limits.diskBytes),
    ['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', '/mnt/data'],
    ['--seccomp', String(SECCOMP_FD), '--', '/usr/bin/python3', '-c', DRIVER, JSON.stringify(limits)],
  ].flat();
}

function startProcess(program: string, limits: SandboxLimits, filter: Buffer): ChildProcess {
  const child = spawn(program, bubblewrapArguments(limits), {
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    ...(process.getuid?.() === 0 && { uid: UNPRIVILEGED_USER, gid: UNPRIVILEGED_USER }),
  });
  const filterPipe = child.stdio[SECCOMP_FD] as Writable | null | undefined;
  // The error of a missing program is that of the process.
  filterPipe?.on('error', () => undefined);
  filterPipe?.end(filter);
  return child;
}

async function openSession(program: string, limits: SandboxLimits): Promise<SandboxSession> {
  const filter = createSeccompFilter(process.arch);
  if (filter === undefined) throw new SandboxUnavailableError(`There is no seccomp filter for ${process.arch}.`);
  const child = startProcess(program, limits, filter);
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

export function createBubblewrapSandbox({ program = 'bwrap' }: Partial<BubblewrapOptions> = {}): Sandbox {
  return { name: 'bubblewrap', open: (limits) => openSession(program, limits) };
}
