/** Checks the machine: runtime, CPU, memory, disk, address, native engine. */
import { execFile } from 'node:child_process';
import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { VERSION } from '../../version.ts';
import { toUrl } from '../address.ts';
import type { Check } from './finding.ts';

const GB = 1e9;
const SMALL_MEMORY_BYTES = 1.5 * GB;
const SMALL_DISK_BYTES = 2 * GB;
const PROBE_TIMEOUT_MS = 20_000;
const ASK_TIMEOUT_MS = 2000;

export const checkRuntime: Check = async () => ({
  what: 'runtime',
  state: 'ok',
  seen: `selfsame ${VERSION}, Node ${process.versions.node} on ${process.platform} ${process.arch}`,
});

export const checkCpu: Check = async () => {
  const cores = availableParallelism();
  const [load = 0] = loadavg();
  const seen = `${cores} cores, load ${load.toFixed(1)}`;
  if (load < cores) return { what: 'CPU', state: 'ok', seen };
  return {
    what: 'CPU',
    state: 'warning',
    seen,
    advice: 'Other work uses every core; a local model will be slow. Set SELFSAME_THREADS=1.',
  };
};

export const checkMemory: Check = async () => {
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  const free = Math.min(freemem(), process.availableMemory());
  const seen = `${(free / GB).toFixed(1)} of ${(total / GB).toFixed(1)} GB free`;
  if (free > SMALL_MEMORY_BYTES) return { what: 'memory', state: 'ok', seen };
  return { what: 'memory', state: 'warning', seen, advice: 'The smallest recommended models need about 1.5 GB each.' };
};

export const checkDisk: Check = async ({ dataDir }) => {
  const found = await mkdir(dataDir, { recursive: true, mode: 0o700 })
    .then(() => access(dataDir, constants.W_OK))
    .then(() => statfs(dataDir))
    .catch((error: Error) => error);
  if (found instanceof Error) {
    const advice = 'Choose a folder that can be written with SELFSAME_DATA_DIR.';
    return { what: 'disk', state: 'problem', seen: found.message, advice };
  }
  const free = found.bavail * found.bsize;
  const seen = `${(free / GB).toFixed(1)} GB free in ${dataDir}`;
  if (free > SMALL_DISK_BYTES) return { what: 'disk', state: 'ok', seen };
  const advice = 'Models take from 0.3 GB upward. Free some space or move SELFSAME_DATA_DIR.';
  return { what: 'disk', state: 'warning', seen, advice };
};

export const checkAddress: Check = async ({ host, port }) => {
  const what = 'address';
  const error = await listen(host, port);
  if (error === undefined) return { what, state: 'ok', seen: `${host}:${port} is free` };
  if (error.code !== 'EADDRINUSE') {
    return { what, state: 'problem', seen: error.message, advice: 'Choose another SELFSAME_HOST or SELFSAME_PORT.' };
  }
  const url = toUrl(host, port);
  const ready = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS) })
    .then(async (response) => (await response.json()) as { status?: string; reason?: string })
    .catch(() => undefined);
  if (ready?.status === 'ready') return { what, state: 'ok', seen: `a server runs at ${url} and is ready` };
  if (ready?.status !== undefined) {
    return { what, state: 'warning', seen: `a server runs at ${url} and is not ready: ${ready.reason ?? ''}` };
  }
  return {
    what,
    state: 'problem',
    seen: error.message,
    advice: 'Another program has it; choose another SELFSAME_PORT.',
  };
};

function listen(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', resolve);
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
}

export const checkEngine: Check = async () => {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const probe = fileURLToPath(new URL(`../../engines/llama-cpp/probe.${extension}`, import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [probe], { timeout: PROBE_TIMEOUT_MS });
    return { what: 'engine', state: 'ok', seen: stdout.trim() };
  } catch (error) {
    const seen = (error as Error).message.trim().split('\n').at(-1) ?? 'it did not load';
    const advice = 'Install again with optional packages included, on a platform with prebuilt binaries.';
    return { what: 'engine', state: 'problem', seen, advice };
  }
};
