/** Starts the process of a session: Node with its permission model, in bubblewrap where it can run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { innerArguments, outerArguments } from '../bubblewrap/arguments.ts';
import { createSeccompFilter } from '../bubblewrap/seccomp.ts';
import { type SandboxLimits, SandboxUnavailableError } from '../sandbox.ts';
import { PACKAGE_FILES } from './package.ts';
import { PROGRAM_FOLDER, type ProgramRoot } from './program-root.ts';

const MAIN = `wasi-python/program/main${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`;

/** Descriptors after those of the package. */
const SECCOMP_FD = 3 + PACKAGE_FILES.length;
const ARGUMENTS_FD = SECCOMP_FD + 1;

const NODE_HEAP_MEGABYTES = 192;
/** Less than the stack that systems give the first thread of a process, 8 MB. */
const STACK_KILOBYTES = 6000;
/** Of Node and the module, beside the memory and the files of the interpreter. */
const NODE_BYTES = 1.5 * 1024 ** 3;
/** The thread in the process ends it first. */
const EXTRA_CPU_SECONDS = 30;
const MAX_OPEN_FILES = 128;
/** The file system of bubblewrap stays empty. */
const EMPTY_DISK_BYTES = 4096;

/** The user outside, if the server runs as root. */
const UNPRIVILEGED_USER = 65534;

const PRLIMIT = '/usr/bin/prlimit';

export interface Launch {
  /** With the files of the package. */
  folder: string;
  limits: SandboxLimits;
  root: ProgramRoot;
}

export function launch({ folder, limits, root }: Launch): ChildProcess {
  const packageFiles = PACKAGE_FILES.map((name) => openSync(join(folder, name), 'r'));
  try {
    const filter = root.bubblewrap === undefined ? undefined : requireFilter();
    const [program = '', ...args] = [...ceilings(limits), ...isolated(root, limits)];
    const child = spawn(program, args, {
      cwd: '/',
      env: {},
      stdio: ['pipe', 'pipe', 'pipe', ...packageFiles, ...(filter === undefined ? [] : (['pipe', 'pipe'] as const))],
      ...(process.getuid?.() === 0 && root.isPublic && { uid: UNPRIVILEGED_USER, gid: UNPRIVILEGED_USER }),
    });
    if (filter !== undefined) {
      send(child, SECCOMP_FD, filter);
      send(child, ARGUMENTS_FD, innerArguments(root.mounts, SECCOMP_FD).join('\0'));
    }
    return child;
  } finally {
    for (const descriptor of packageFiles) closeSync(descriptor);
  }
}

function requireFilter(): Buffer {
  const filter = createSeccompFilter(process.arch);
  if (filter === undefined) throw new SandboxUnavailableError(`There is no seccomp filter for ${process.arch}.`);
  return filter;
}

/** Limits of the kernel for the whole process, in case that code leaves the interpreter. */
function ceilings({ cpuSeconds, memoryBytes, diskBytes }: SandboxLimits): string[] {
  if (!existsSync(PRLIMIT)) return [];
  const data = memoryBytes + diskBytes + NODE_BYTES;
  return [
    PRLIMIT,
    '--core=0',
    `--nofile=${MAX_OPEN_FILES}`,
    `--cpu=${cpuSeconds + EXTRA_CPU_SECONDS}`,
    `--data=${data}`,
    '--',
  ];
}

function isolated({ bubblewrap, node, folder }: ProgramRoot, limits: SandboxLimits): string[] {
  const code = bubblewrap === undefined ? folder : PROGRAM_FOLDER;
  const command = [node, ...permissions(code), join(code, MAIN), JSON.stringify(limits)];
  if (bubblewrap === undefined) return command;
  const arguments_ = outerArguments(bubblewrap, EMPTY_DISK_BYTES, { descriptor: ARGUMENTS_FD, command });
  return [bubblewrap, ...arguments_];
}

/** The process may read its own code and nothing else. The thread that watches over the limits needs `allow-worker`. */
export function permissions(code: string): string[] {
  return [
    '--permission',
    `--allow-fs-read=${join(code, '*')}`,
    '--allow-worker',
    '--no-addons',
    '--no-warnings',
    `--max-old-space-size=${NODE_HEAP_MEGABYTES}`,
    // The interpreter limits its own recursion, to a depth that needs more than the default.
    `--stack-size=${STACK_KILOBYTES}`,
    // The checksum of the module is known, so functions are validated when they are called first.
    '--wasm-lazy-validation',
  ];
}

/** The error of a process that does not start is that of the process. */
function send(child: ChildProcess, descriptor: number, content: string | Buffer): void {
  const pipe = child.stdio[descriptor as 3] as Writable | null | undefined;
  pipe?.on('error', () => undefined);
  pipe?.end(content);
}
