/** Attempts of code to leave its sandbox or to harm the machine. Every adapter refuses all of them. */
import { gzipSync } from 'node:zlib';
import type { Interruption, SandboxLimits } from '../sandbox.ts';
import type { Bait } from './bait.ts';
import { SYSTEM_CALLS } from './system-calls.ts';

export interface Escape {
  name: string;
  /** Python that raises an exception. */
  code: string;
  /** What the traceback contains. */
  error: RegExp;
  /** The call may also end with one of these. */
  interruptions: readonly Interruption[];
  limits: Partial<SandboxLimits>;
  /** A file in `/mnt/data`. */
  input: { path: string; content: Uint8Array } | undefined;
}

const MISSING = /FileNotFoundError|PermissionError|NotADirectoryError/;
const UNWRITABLE = /OSError|PermissionError|FileNotFoundError|NotADirectoryError/;
const REFUSED =
  /PermissionError|OSError: \[Errno (?:1|22|30|38|95)\]|FileNotFoundError|no attribute|NotImplementedError/;
const SOCKET =
  /PermissionError|OSError|FileNotFoundError|ConnectionRefusedError|gaierror|No module named|no attribute|socket.*Error/;
const PROCESS =
  /PermissionError|BlockingIOError|OSError|no attribute|subprocess.*Error|NotImplementedError|RuntimeError/;
const MEMORY = /MemoryError|OSError: \[Errno 12\]|RecursionError/;
/** Also with the numbers of WASI. */
const SPACE = /OSError: \[Errno (?:27|28|22|51|52|76)\]|MemoryError/;
const CTYPES = /PermissionError|ctypes is unavailable|OSError: \[Errno 38\]/;

/** A traceback that shows a mistake of the attempt, not a refusal. */
export const MISTAKE = /SyntaxError|IndentationError|NameError|TypeError|ValueError|KeyError|AssertionError/;

function attempt(name: string, error: RegExp, lines: string | readonly string[], rest: Partial<Escape> = {}): Escape {
  const code = typeof lines === 'string' ? lines : lines.join('\n');
  return { name, code, error, interruptions: [], limits: {}, input: undefined, ...rest };
}

export function createEscapes(bait: Bait): Escape[] {
  return [
    ...networkEscapes(bait),
    ...fileEscapes(bait),
    ...processEscapes(bait),
    ...resourceEscapes(),
    ...privilegeEscapes(),
    ...(process.arch === 'x64' ? [callOfAnotherArchitecture()] : []),
    ...SYSTEM_CALLS.map(({ name, call }) => attempt(`${name} by ctypes`, CTYPES, ctypesCall(call))),
  ];
}

/** Raises the error of the call. */
function ctypesCall(call: string): string[] {
  return [
    'import ctypes, os',
    'libc = ctypes.CDLL(None, use_errno=True)',
    `if libc.${call} == -1: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))`,
  ];
}

/** getpid of 32-bit x86, whose calls have other numbers. */
function callOfAnotherArchitecture(): Escape {
  const lines = [
    'import ctypes, mmap',
    'page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)',
    'page.write(bytes.fromhex("b814000000cd80c3"))',
    'address = ctypes.addressof(ctypes.c_char.from_buffer(page))',
    'print(ctypes.CFUNCTYPE(ctypes.c_int)(address)())',
  ];
  return attempt('a call of another architecture', /No module named|no attribute/, lines, { interruptions: ['crash'] });
}

function networkEscapes({ tcpPort, udpPort, socketPath, abstractName }: Bait): Escape[] {
  const datagram = 'import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0]';
  const open = (rest: string) => `import socket; socket.socket(${rest}`;
  return [
    attempt('a TCP connection', SOCKET, 'import socket; socket.create_connection(("1.1.1.1", 80), 1)'),
    attempt('a TCP connection to the machine', SOCKET, open(`).connect(("127.0.0.1", ${tcpPort}))`)),
    attempt('a TCP server', SOCKET, open(').bind(("127.0.0.1", 0))')),
    attempt('a UDP packet', SOCKET, open(`socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", ${udpPort}))`)),
    attempt('a look-up of DNS', SOCKET, 'import socket; socket.getaddrinfo("example.com", 80)'),
    attempt('a raw packet', SOCKET, open('socket.AF_PACKET, socket.SOCK_RAW)')),
    attempt('a netlink socket', SOCKET, open('socket.AF_NETLINK, socket.SOCK_RAW)')),
    attempt('a socket of the hypervisor', SOCKET, open('socket.AF_VSOCK).connect((2, 22))')),
    attempt('a Unix socket', SOCKET, open(`socket.AF_UNIX).connect("${socketPath}")`)),
    attempt('a Unix server', SOCKET, open('socket.AF_UNIX).bind("/tmp/s")')),
    attempt('an abstract socket', SOCKET, open(`socket.AF_UNIX).connect("\\0${abstractName}")`)),
    attempt('an abstract server', SOCKET, open('socket.AF_UNIX).bind("\\0s")')),
    attempt('a datagram to an abstract socket', SOCKET, `${datagram}.sendto(b"x", "\\0${abstractName}")`),
    attempt('a datagram to a Unix socket', SOCKET, `${datagram}.sendto(b"x", "${socketPath}")`),
    attempt('the network interfaces of the machine', MISSING, [
      'names = {line.split(":")[0].strip() for line in open("/proc/net/dev") if ":" in line}',
      'if names <= {"lo"}: raise FileNotFoundError("no interface")',
    ]),
    attempt('the sockets of the machine', MISSING, [
      `if "${abstractName}" not in open("/proc/net/unix").read(): raise FileNotFoundError("no socket")`,
    ]),
    attempt('an HTTP request', /URLError|OSError|ImportError|no attribute/, [
      'import urllib.request',
      `urllib.request.urlopen("http://127.0.0.1:${tcpPort}/", timeout=1)`,
    ]),
  ];
}

function fileEscapes({ file, fileName, secret }: Bait): Escape[] {
  const opens = (path: string, mode = 'r') => `open("${path}", "${mode}")`;
  const secretIn = (pattern: string) => [
    'import glob',
    'contents = []',
    `for path in glob.glob("${pattern}"):`,
    '  try: contents.append(open(path, "rb").read())',
    '  except OSError: pass',
    `if b"${secret}" not in b"".join(contents): raise FileNotFoundError("no secret")`,
  ];
  return [
    attempt('a file of the machine', MISSING, opens(file)),
    attempt('a file of the machine through ..', MISSING, opens(`/mnt/data/../../${file}`)),
    attempt('a file of the machine through process 1', MISSING, opens(`/proc/1/root${file}`)),
    attempt('a file of the machine through its own root', MISSING, opens(`/proc/self/root${file}`)),
    attempt('a link to a file of the machine', MISSING, `import os; os.symlink("${file}", "l"); open("l")`),
    attempt('a hard link to a file of the machine', MISSING, `import os; os.link("${file}", "l")`),
    attempt('a hard link to a file of the system', /OSError|PermissionError/, 'import os; os.link(os.__file__, "l")'),
    attempt('a file of the machine anywhere', MISSING, [
      'import os',
      `found = [folder for folder, _, names in os.walk("/") if "${fileName}" in names]`,
      'if not found: raise FileNotFoundError("no file")',
    ]),
    attempt('the users of the machine', MISSING, opens('/etc/passwd')),
    attempt('the passwords of the machine', MISSING, opens('/etc/shadow')),
    attempt('the folder of root', MISSING, 'import os; os.listdir("/root")'),
    attempt('the folders of users', MISSING, 'import os; os.listdir("/home")'),
    attempt('the devices and settings in /sys', MISSING, 'import os; os.listdir("/sys")'),
    attempt('the socket of a container engine', MISSING, 'import os; os.stat("/var/run/docker.sock")'),
    attempt('a kernel setting', REFUSED, opens('/proc/sys/kernel/core_pattern', 'w')),
    attempt('the value of a kernel setting', MISSING, `${opens('/proc/sys/kernel/random/boot_id')}.read()`),
    attempt('the command line of the kernel', MISSING, `${opens('/proc/cmdline')}.read()`),
    attempt('the memory of the kernel', MISSING, opens('/proc/kcore', 'rb')),
    attempt('the symbols of the kernel', MISSING, `${opens('/proc/kallsyms')}.read()`),
    attempt('the keys of the kernel', MISSING, `${opens('/proc/keys')}.read()`),
    attempt('the log of the kernel', MISSING, opens('/proc/kmsg', 'rb')),
    attempt('a command to the kernel', REFUSED, opens('/proc/sysrq-trigger', 'w')),
    attempt('the memory of process 1', UNWRITABLE, `${opens('/proc/1/mem', 'rb')}.read(1)`),
    attempt('a secret in the environment', MISSING, secretIn('/proc/*/environ')),
    attempt('a secret in a command line', MISSING, secretIn('/proc/*/cmdline')),
    attempt('a write to the root', UNWRITABLE, opens('/x', 'w')),
    attempt('a write to /usr', UNWRITABLE, opens('/usr/x', 'w')),
    attempt('a write to the packages', UNWRITABLE, 'import os; open(os.__file__, "a")'),
    attempt('a write to /dev', UNWRITABLE, opens('/dev/x', 'w')),
    attempt('a write to /dev/shm', UNWRITABLE, opens('/dev/shm/x', 'w')),
    attempt('the replacement of /mnt/data', UNWRITABLE, 'import os; os.rename("/mnt/data", "/mnt/x")'),
  ];
}

function processEscapes({ victim }: Bait): Escape[] {
  const gone = /ProcessLookupError|PermissionError|no attribute|OSError/;
  return [
    attempt('a signal to a process of the machine', gone, `import os; os.kill(${victim}, 9)`),
    attempt('a signal to all processes', gone, 'import os; os.kill(-1, 9); raise PermissionError("no effect")'),
    attempt('a handle of a process of the machine', gone, `import os; os.pidfd_open(${victim})`),
    attempt(
      'a priority of a process of the machine',
      gone,
      `import os; os.setpriority(os.PRIO_PROCESS, ${victim}, 19)`,
    ),
    attempt('a higher priority', gone, 'import os; os.setpriority(os.PRIO_PROCESS, 0, -5)'),
    attempt('a lower probability to be killed', REFUSED, [
      'import os',
      'os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-1000")',
    ]),
    attempt('a fork', PROCESS, 'import os; os.fork()'),
    attempt('a fork bomb', PROCESS, 'import os\nwhile True: os.fork()'),
    attempt('a subprocess', /PermissionError|BlockingIOError|OSError|No module|no attribute/, [
      'import subprocess, sys',
      'subprocess.run([sys.executable, "-c", "1"])',
    ]),
    attempt('a spawned process', PROCESS, 'import os, sys; os.posix_spawn(sys.executable, [sys.executable], {})'),
    attempt('a pool of processes', /Error/, 'import multiprocessing; multiprocessing.Pool(2)'),
    attempt('a shell', PROCESS, 'import os\nif os.system("true") != 0: raise OSError("no shell")'),
    attempt('a program of its own', PROCESS, [
      'import os, sys',
      'open("p", "w").write("#!" + sys.executable)',
      'os.chmod("p", 0o755)',
      'os.execv("p", ["p"])',
    ]),
    attempt('a pickle bomb', PROCESS, 'import pickle; pickle.loads(b"cos\\nfork\\n(tR.")'),
    attempt(
      'a bomb of threads',
      /RuntimeError|no attribute|NotImplementedError/,
      [
        'import threading, time',
        'threading.stack_size(65536)',
        'for _ in range(10_000): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()',
      ],
      // The threads use up the address space first where their number has no limit.
      { interruptions: ['crash'] },
    ),
  ];
}

/** A gigabyte of zeros, as members of 64 MiB. */
const BOMB = Buffer.concat(Array<Buffer>(16).fill(gzipSync(Buffer.alloc(64 * 1024 ** 2))));

function resourceEscapes(): Escape[] {
  const crash = { interruptions: ['crash'] as const };
  const bomb = { path: 'bomb.gz', content: BOMB };
  return [
    attempt('a memory bomb', /MemoryError|OverflowError/, 'x = bytearray(4 * 1024 ** 3)'),
    attempt('a growing memory bomb', MEMORY, 'x = []\nwhile True: x.append(bytearray(10 ** 7))', crash),
    attempt('a memory map', MEMORY, 'import mmap; mmap.mmap(-1, 4 * 1024 ** 3)', { error: /Error/ }),
    attempt('a recursion', MEMORY, 'def f(): f()\nf()', crash),
    attempt('a large number', MEMORY, 'x = 1 << (1 << 40)', { error: /MemoryError|OverflowError/ }),
    attempt('a zip bomb in memory', MEMORY, 'import gzip; x = gzip.open("bomb.gz").read()', { ...crash, input: bomb }),
    attempt(
      'a zip bomb on disk',
      SPACE,
      'import gzip, shutil; shutil.copyfileobj(gzip.open("bomb.gz"), open("x", "wb"))',
      {
        input: bomb,
      },
    ),
    attempt('a zip bomb', SPACE, [
      'import io, zipfile',
      'b = io.BytesIO()',
      'z = zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED)',
      'z.writestr("x", bytes(8 * 1024 ** 2))',
      'z.close()',
      'zipfile.ZipFile(b).extractall("/mnt/data")',
    ]),
    attempt('a disk bomb', SPACE, 'open("/mnt/data/x", "wb").write(b"x" * 8 * 1024 ** 2)'),
    attempt('a disk bomb in /tmp', SPACE, 'open("/tmp/x", "wb").write(b"x" * 8 * 1024 ** 2)'),
    attempt('a disk bomb in two folders', SPACE, [
      'for path in ("/mnt/data/x", "/tmp/x"): open(path, "wb").write(b"x" * 3 * 1024 ** 2)',
    ]),
    attempt('a disk bomb of deleted files', SPACE, [
      'import os',
      'files = []',
      'for i in range(8):',
      '  files.append(open("x", "wb")); os.unlink("x"); files[-1].write(b"x" * 1024 ** 2); files[-1].flush()',
    ]),
    attempt('a sparse file', SPACE, 'open("x", "wb").truncate(1 << 40)'),
    attempt('a bomb of empty files', SPACE, 'for i in range(200_000): open("/mnt/data/%d" % i, "w").close()'),
    attempt('a bomb of empty files in /tmp', SPACE, 'for i in range(200_000): open("/tmp/%d" % i, "w").close()'),
    attempt(
      'a bomb of descriptors',
      /OSError: \[Errno (?:24|33)\]/,
      'x = [open("/mnt/data/x", "w") for _ in range(10_000)]',
    ),
    attempt('a higher limit', /ValueError|Unsupported platform|PermissionError/, [
      'import resource',
      'resource.setrlimit(resource.RLIMIT_AS, (-1, -1))',
    ]),
  ];
}

function privilegeEscapes(): Escape[] {
  const node = (path: string, kind: string, device: string) =>
    `import os, stat; os.mknod("${path}", 0o600 | stat.${kind}, os.makedev(${device}))`;
  return [
    attempt('a capability', MISSING, [
      'sets = [line for line in open("/proc/self/status") if line.startswith("Cap")]',
      'if all(int(line.split()[1], 16) == 0 for line in sets): raise PermissionError("no capability")',
    ]),
    attempt('a new privilege by a program', MISSING, [
      'if "NoNewPrivs:\\t1" in open("/proc/self/status").read(): raise PermissionError("no privilege")',
    ]),
    attempt('a device node of a disk', REFUSED, node('/tmp/d', 'S_IFBLK', '8, 0')),
    attempt('a device node of the memory', REFUSED, node('/tmp/d', 'S_IFCHR', '1, 1')),
    attempt(
      'a disk of the machine',
      MISSING,
      'import glob; open((glob.glob("/dev/[svn][dv]*") + ["/dev/sda"])[0], "rb")',
    ),
    attempt('the user root', REFUSED, 'import os; os.setuid(0)'),
    attempt('the group root', REFUSED, 'import os; os.setgid(0)'),
    attempt('other groups', REFUSED, 'import os; os.setgroups([0])'),
    attempt('the owner root', /PermissionError|OSError|no attribute/, 'import os; open("x", "w"); os.chown("x", 0, 0)'),
    attempt('another root', REFUSED, 'import os; os.chroot("/tmp")'),
    attempt('a memory file', REFUSED, 'import os; os.memfd_create("x")'),
    attempt('another host name', REFUSED, 'import socket; socket.sethostname("x")', { error: SOCKET }),
  ];
}
