/**
 * Claim files: only one of several processes can create one, and a claim of a dead process can be removed. Invariant: a
 * claim is complete from the moment that it exists.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** Creates the claim. False when the file exists already. */
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

/** Returns the text of the claim. Undefined when there is none. */
export async function readClaim(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/**
 * Removes the claim if its text is still `seen`. If the rename catches a newer claim of another process, it is put
 * back.
 */
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
