/**
 * Creates a temporary folder per file and removes it afterwards. Folders of killed processes are removed by the next
 * process.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'selfsame-extract-';
/** Longer than any file is read: an older folder belongs to a killed process. */
const STALE_MS = 3_600_000;

/** Sweeps of this process by parent folder, completed or in progress. */
const swept = new Map<string, Promise<void>>();

/** Calls `work` with the path of a new folder in `parent`. */
export async function inTemporaryFolder<Result>(
  work: (folder: string) => Promise<Result>,
  parent: string = tmpdir(),
): Promise<Result> {
  if (!swept.has(parent)) swept.set(parent, sweep(parent));
  await swept.get(parent);
  const folder = await mkdtemp(join(parent, PREFIX));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sweep(parent: string): Promise<void> {
  const names = await readdir(parent).catch((): string[] => []);
  for (const name of names.filter((found) => found.startsWith(PREFIX))) {
    const path = join(parent, name);
    // Errors are ignored: another process may have removed the folder, or another user may own it.
    const modified = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    const isStale = modified !== undefined && Date.now() - modified > STALE_MS;
    if (isStale) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
