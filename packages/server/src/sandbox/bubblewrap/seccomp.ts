/**
 * The seccomp filter of a session as a program of the classic BPF. Calls that reach the kernel beyond the namespaces
 * fail with EPERM, and so do sockets, because not every family has a namespace, and new processes.
 */

/** Number of each refused call: x86-64, AArch64. */
const REFUSED: Readonly<Record<string, readonly [number | undefined, number | undefined]>> = {
  acct: [163, 89],
  add_key: [248, 217],
  adjtimex: [159, 171],
  bpf: [321, 280],
  chroot: [161, 51],
  clock_adjtime: [305, 266],
  clock_settime: [227, 112],
  delete_module: [176, 106],
  fanotify_init: [300, 262],
  finit_module: [313, 273],
  fork: [57, undefined],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fsopen: [430, 430],
  fspick: [433, 433],
  init_module: [175, 105],
  io_cancel: [210, 3],
  io_destroy: [207, 1],
  io_getevents: [208, 4],
  io_setup: [206, 0],
  io_submit: [209, 2],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  io_uring_setup: [425, 425],
  ioperm: [173, undefined],
  iopl: [172, undefined],
  kcmp: [312, 272],
  kexec_file_load: [320, 294],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  lookup_dcookie: [212, 18],
  mbind: [237, 235],
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  migrate_pages: [256, 238],
  modify_ldt: [154, undefined],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  move_pages: [279, 239],
  mq_open: [240, 180],
  mq_unlink: [241, 181],
  msgget: [68, 186],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  perf_event_open: [298, 241],
  personality: [135, 92],
  pidfd_getfd: [438, 438],
  pidfd_open: [434, 434],
  pidfd_send_signal: [424, 424],
  pivot_root: [155, 41],
  process_madvise: [440, 440],
  process_mrelease: [448, 448],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  ptrace: [101, 117],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  reboot: [169, 142],
  request_key: [249, 218],
  semget: [64, 190],
  set_mempolicy: [238, 237],
  setdomainname: [171, 162],
  sethostname: [170, 161],
  setns: [308, 268],
  settimeofday: [164, 170],
  shmget: [29, 194],
  socket: [41, 198],
  splice: [275, 76],
  swapoff: [168, 225],
  swapon: [167, 224],
  syslog: [103, 116],
  tee: [276, 77],
  uffd: [323, 282],
  umount2: [166, 39],
  unshare: [272, 97],
  vfork: [58, undefined],
  vmsplice: [278, 75],
};

const ARCHITECTURES = {
  x64: { audit: 0xc000003e, index: 0, clone: 56 },
  arm64: { audit: 0xc00000b7, index: 1, clone: 220 },
} as const;

const CLONE3 = 435;
/** Of Linux 6.6. libc does without later ones. */
const LAST_KNOWN_CALL = 452;
/** All CLONE_NEW* flags. */
const NAMESPACE_FLAGS = 0x7e020080;
const CLONE_THREAD = 0x10000;
const X32_BIT = 0x40000000;

const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const JUMP_BITS = 0x45;
const RETURN = 0x06;

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const ERRNO = 0x00050000;
const EPERM = 1;
const ENOSYS = 38;

/** Offsets in `struct seccomp_data`. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const ARGUMENT_0 = 16;

interface Instruction {
  code: number;
  ifTrue: number;
  ifFalse: number;
  value: number;
}

function instruction(code: number, value: number, ifTrue = 0, ifFalse = 0): Instruction {
  return { code, ifTrue, ifFalse, value };
}

/** Returns `outcome` if the comparison holds, otherwise continues. */
function returnIf(jump: number, value: number, outcome: number): Instruction[] {
  return [instruction(jump, value, 0, 1), instruction(RETURN, outcome)];
}

function assemble(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, { code, ifTrue, ifFalse, value }] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  }
  return bytes;
}

/** Returns `undefined` for an architecture without a table of calls. */
export function createSeccompFilter(architecture: string): Buffer | undefined {
  if (architecture !== 'x64' && architecture !== 'arm64') return undefined;
  const { audit, index, clone } = ARCHITECTURES[architecture];
  const refused = Object.values(REFUSED)
    .map((numbers) => numbers[index])
    .filter((number) => number !== undefined);
  return assemble([
    instruction(LOAD, ARCHITECTURE),
    instruction(JUMP_EQUAL, audit, 1, 0),
    instruction(RETURN, KILL_PROCESS),
    instruction(LOAD, NUMBER),
    ...returnIf(JUMP_AT_LEAST, X32_BIT, KILL_PROCESS),
    ...returnIf(JUMP_AT_LEAST, LAST_KNOWN_CALL + 1, ERRNO | ENOSYS),
    ...refused.flatMap((number) => returnIf(JUMP_EQUAL, number, ERRNO | EPERM)),
    // Its flags are in memory, where a filter cannot read them; libc falls back to clone.
    ...returnIf(JUMP_EQUAL, CLONE3, ERRNO | ENOSYS),
    instruction(JUMP_EQUAL, clone, 0, 5),
    instruction(LOAD, ARGUMENT_0),
    ...returnIf(JUMP_BITS, NAMESPACE_FLAGS, ERRNO | EPERM),
    // A clone that is no thread is a process.
    instruction(JUMP_BITS, CLONE_THREAD, 1, 0),
    instruction(RETURN, ERRNO | EPERM),
    instruction(RETURN, ALLOW),
  ]);
}
