/**
 * The arguments of `bwrap`. Two of them are nested: the outer one may mount, and creates the file system in memory with
 * limits that `bwrap` has no argument for; the inner one is the sandbox, without any capability.
 */
import { existsSync } from 'node:fs';

/** The user inside a session. */
const SESSION_USER = '1000';
/** Bounds the memory of the kernel for empty files. */
const MAX_FILES = 20_000;

const ENVIRONMENT = {
  HOME: '/tmp',
  LANG: 'C.UTF-8',
  MPLBACKEND: 'Agg',
  // More threads would reserve most of the address space.
  OPENBLAS_NUM_THREADS: '1',
  PATH: '/usr/bin',
};

/** Files and folders of `/proc` about the machine as a whole. */
const MACHINE_FILES = ['cmdline', 'kallsyms', 'kcore', 'key-users', 'keys', 'kmsg', 'sched_debug', 'timer_list'];
const MACHINE_FOLDERS = ['acpi', 'bus', 'driver', 'fs', 'irq', 'scsi', 'sys', 'tty'];

/** Any folder that exists and that no root contains. */
const VOLUME = '/sys';

/** To mount, and to map the user of the inner namespace. */
const CAPABILITIES = ['CAP_SYS_ADMIN', 'CAP_SETFCAP'];

/** The kernel ends sessions before other processes if memory runs out. */
const MOUNT_AND_START = `
echo 1000 >/proc/self/oom_score_adj
mount -t tmpfs -o "size=$2,nr_inodes=$3,mode=0755,nosuid,nodev,noexec" sandbox "$1" &&
mkdir "$1/data" "$1/tmp" && shift 3 && exec "$@"`;

/** Starts `program` again, with the arguments in `descriptor`, for `command`. */
export function outerArguments(
  program: string,
  diskBytes: number,
  { descriptor, command }: { descriptor: number; command: readonly string[] },
): string[] {
  return [
    ['--unshare-user', '--uid', '0', '--gid', '0', '--die-with-parent'],
    CAPABILITIES.flatMap((name) => ['--cap-add', name]),
    [
      '--unshare-pid',
      '--as-pid-1',
      '--dev-bind',
      '/',
      '/',
      '--proc',
      '/proc',
      '--',
      '/bin/sh',
      '-c',
      MOUNT_AND_START,
      'sh',
    ],
    [VOLUME, String(diskBytes), String(MAX_FILES)],
    [program, '--args', String(descriptor), '--', ...command],
  ].flat();
}

/** `root` creates the read-only root; see `root.ts`. `seccomp` is the descriptor of the filter. */
export function innerArguments(root: readonly string[], seccomp: number): string[] {
  return [
    ['--unshare-all', '--unshare-user', '--disable-userns', '--die-with-parent', '--new-session'],
    ['--uid', SESSION_USER, '--gid', SESSION_USER, '--hostname', 'sandbox', '--cap-drop', 'ALL', '--clearenv'],
    Object.entries(ENVIRONMENT).flatMap(([name, value]) => ['--setenv', name, value]),
    root,
    ['--proc', '/proc', ...maskProc(), '--dev', '/dev'],
    ['--bind', `${VOLUME}/tmp`, '/tmp', '--bind', `${VOLUME}/data`, '/mnt/data'],
    ['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', '/mnt/data', '--seccomp', String(seccomp)],
  ].flat();
}

/** Only what exists on this kernel can be masked. */
function maskProc(): string[] {
  const files = MACHINE_FILES.map((name) => `/proc/${name}`).filter((path) => existsSync(path));
  const folders = MACHINE_FOLDERS.map((name) => `/proc/${name}`).filter((path) => existsSync(path));
  return [
    ...files.flatMap((path) => ['--ro-bind', '/dev/null', path]),
    ...folders.flatMap((path) => ['--tmpfs', path, '--remount-ro', path]),
  ];
}
