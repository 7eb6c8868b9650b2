/**
 * A file that only one of several processes can make, and the clearing away of one whose maker is gone.
 * Invariant: a claim is whole from the moment that it is there.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** Whether the file is this caller's now; false = another one is there. */
export async function claimFile(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Its text; undefined where there is none. */
export async function readClaim(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** Removes the claim that was seen. Two may see the same one: whoever catches a fresh one instead by the rename puts it back. */
export async function removeClaim(path: string, seen: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readClaim(aside)) !== seen) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
