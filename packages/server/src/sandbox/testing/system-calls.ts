/** Calls of libc that must fail, as expressions of ctypes. */

interface SystemCall {
  name: string;
  call: string;
}

/** Calls with a function in libc. */
const FUNCTIONS: Record<string, string> = {
  chroot: 'b"/tmp"',
  clock_settime: '0, (ctypes.c_long * 2)(1, 0)',
  fork: '',
  init_module: '0, 0, b""',
  mount: 'b"none", b"/tmp", b"tmpfs", 0, 0',
  msgget: '1, 0o1600',
  personality: '0x0400000',
  pivot_root: 'b"/tmp", b"/tmp"',
  process_vm_readv: '1, 0, 0, 0, 0, 0',
  ptrace: '0, 0, 0, 0',
  semget: '1, 1, 0o1600',
  setdomainname: 'b"x", 1',
  sethostname: 'b"x", 1',
  setns: '0, 0',
  shmget: '1, 4096, 0o1600',
  socket: '2, 1, 0',
  swapon: 'b"/tmp", 0',
  umount2: 'b"/tmp", 2',
  unshare: '0x10000000',
  vfork: '',
};

/** Calls without one: their numbers on x86-64 and AArch64, and arguments. */
const NUMBERS: Record<string, readonly [number, number, string]> = {
  add_key: [248, 217, 'b"user", b"x", b"x", 1, -3'],
  bpf: [321, 280, '0, 0, 0'],
  clone: [56, 220, '17, 0, 0, 0, 0'],
  'clone with a namespace of users': [56, 220, '0x10000011, 0, 0, 0, 0'],
  clone3: [435, 435, '0, 0'],
  'a call of later kernels': [467, 467, '0, 0, 0'],
  fsopen: [430, 430, 'b"tmpfs", 0'],
  io_setup: [206, 0, '1, (ctypes.c_long * 1)()'],
  io_uring_setup: [425, 425, '1, 0'],
  kcmp: [312, 272, '1, 1, 0, 0, 0'],
  keyctl: [250, 219, '0, -3, 1'],
  mount_setattr: [442, 442, '-1, 0, 0, 0, 0'],
  move_mount: [429, 429, '-1, 0, -1, 0, 0'],
  open_by_handle_at: [304, 265, '-1, 0, 0'],
  open_tree: [428, 428, '-100, b"/tmp", 1'],
  mq_open: [240, 180, 'b"q", 0o102, 0o600, 0'],
  perf_event_open: [298, 241, '0, 0, -1, -1, 0'],
  pidfd_open: [434, 434, '1, 0'],
  pidfd_getfd: [438, 438, '0, 0, 0'],
  request_key: [249, 218, 'b"user", b"x", 0, -3'],
  syslog: [103, 116, '10, 0, 0'],
  userfaultfd: [323, 282, '1'],
};

export const SYSTEM_CALLS: readonly SystemCall[] = [
  ...Object.entries(FUNCTIONS).map(([name, values]) => ({ name, call: `${name}(${values})` })),
  ...Object.entries(NUMBERS).map(([name, [x64, arm64, values]]) => ({
    name,
    call: `syscall(${process.arch === 'arm64' ? arm64 : x64}, ${values})`,
  })),
];
