/**
 * The process of a session: CPython in WebAssembly, with files in memory. It opens nothing by path; the server passes
 * the files of the package as open descriptors.
 */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { SandboxLimits } from '../../sandbox.ts';
import { COMMANDS, REPLIES, WASI_DRIVER } from '../wasi-driver.ts';
import { DescriptorTable, FolderDescriptor, NullDescriptor, PipeDescriptor } from './descriptors.ts';
import { InterpreterMemory } from './memory.ts';
import { readLimitedModule } from './module.ts';
import { RangeFile } from './range-file.ts';
import { FolderNode, Volume } from './volume.ts';
import { createWasi } from './wasi.ts';
import type { WatchdogLimits } from './watchdog.ts';

const WATCHDOG = fileURLToPath(import.meta.url).replace(/main(\.[jt]s)$/, 'watchdog$1');

/** Descriptors that the server opens. */
const MODULE = 3;
const LIBRARY = 4;
const FONTS = 5;

const LIBRARY_NAME = 'python315.zip';
const FONTS_PATH = `/usr/local/lib/${LIBRARY_NAME}/matplotlib/mpl-data`;
/** Of Node, with the module. */
const PROGRAM_BYTES = 768 * 1024 ** 2;
const WATCHDOG_HEAP_MEGABYTES = 16;
const WATCHDOG_START_MS = 30_000;

const ENVIRONMENT = {
  HOME: '/tmp',
  LANG: 'C.UTF-8',
  MPLBACKEND: 'Agg',
  PYTHONTZPATH: '',
  TMPDIR: '/tmp',
};

function createDescriptors(limits: SandboxLimits): DescriptorTable {
  const folder = () => new FolderNode();
  const volume = new Volume(limits.diskBytes);
  const library = folder().with(LIBRARY_NAME, new RangeFile(LIBRARY));
  const root = folder()
    .with('usr', folder().with('local', folder().with('lib', library)))
    .with('mnt', folder().with('data', volume.createRoot()))
    .with('tmp', volume.createRoot());
  const descriptors = new DescriptorTable();
  for (const number of [0, 1, 2]) descriptors.set(number, new NullDescriptor());
  descriptors.set(3, new FolderDescriptor(root, '/'));
  descriptors.set(4, new FolderDescriptor(new RangeFile(FONTS).toFolder(), FONTS_PATH));
  descriptors.set(COMMANDS, new PipeDescriptor(0, 'read'));
  descriptors.set(REPLIES, new PipeDescriptor(1, 'write'));
  return descriptors;
}

/** Returns the function that waits until the limits are in force. */
function startWatchdog({ cpuSeconds, memoryBytes, diskBytes }: SandboxLimits): () => void {
  const ready = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: WatchdogLimits = { cpuSeconds, residentBytes: memoryBytes + diskBytes + PROGRAM_BYTES, ready };
  const resourceLimits = { maxOldGenerationSizeMb: WATCHDOG_HEAP_MEGABYTES };
  // The error of a thread would be reported only when the interpreter has ended.
  new Worker(WATCHDOG, { workerData, resourceLimits, execArgv: [] });
  return () => {
    if (Atomics.wait(ready, 0, 0, WATCHDOG_START_MS) === 'timed-out') throw new Error('The watchdog did not start.');
  };
}

function start(limits: SandboxLimits): void {
  const waitForWatchdog = startWatchdog(limits);
  const memory = new InterpreterMemory();
  const args = ['python', '-c', WASI_DRIVER, JSON.stringify(limits)];
  const wasi = createWasi({ memory, descriptors: createDescriptors(limits), args, environment: ENVIRONMENT });
  const module = new WebAssembly.Module(readLimitedModule(MODULE, limits.memoryBytes));
  const { exports } = new WebAssembly.Instance(module, {
    wasi_snapshot_preview1: wasi,
    host: { call: () => -1 },
  });
  memory.attach(exports.memory as WebAssembly.Memory);
  waitForWatchdog();
  (exports.run as () => number)();
}

const limits = JSON.parse(process.argv[2] as string) as SandboxLimits;
start(limits);
process.exit(0);
