/** A folder of its own for each file that is read, gone afterwards; what a killed process left behind goes when the next one begins. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'selfsame-extract-';
/** No file is read for so long: an older folder belongs to nobody. */
const STALE_MS = 3_600_000;

/** Folders that were swept in this process, and the sweeps that are under way. */
const swept = new Map<string, Promise<void>>();

/** Calls `work` with the folder's path. `parent`: where it is made. */
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
    // Another process may sweep as well, and another user's folder stays.
    const modified = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    const isStale = modified !== undefined && Date.now() - modified > STALE_MS;
    if (isStale) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
