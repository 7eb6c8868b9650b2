/**
 * The unfinished file of a pull, `FILE.part`, and its journal `FILE.part.json`: which source wrote it and how far it is surely whole.
 * Invariant: the journal never claims more than what lies in the part file.
 */
import { open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';

export interface PartJournal {
  /** Reference of the source that wrote the part. */
  source: string;
  /** HTTP validator (a strong ETag or Last-Modified) of the file that was being read. */
  validator?: string;
  /** For sources in pieces: pieces that are whole, and the part's length in bytes after them. */
  pieces?: number;
  bytes?: number;
}

/** Length of the part file in bytes; 0 when there is none. */
export async function partBytes(part: string): Promise<number> {
  const found = await stat(part).catch(() => undefined);
  return found?.size ?? 0;
}

/** The journal, or undefined when there is none or it cannot be read. */
export async function readJournal(part: string): Promise<PartJournal | undefined> {
  try {
    const journal = JSON.parse(await readFile(journalPath(part), 'utf8')) as PartJournal;
    return typeof journal.source === 'string' ? journal : undefined;
  } catch {
    return undefined;
  }
}

export async function writeJournal(part: string, journal: PartJournal): Promise<void> {
  await writeFile(journalPath(part), JSON.stringify(journal));
}

/** Cuts the part file to `bytes`; makes it when it is missing. */
export async function cutPart(part: string, bytes: number): Promise<void> {
  const file = await open(part, 'a');
  await file.close();
  await truncate(part, bytes);
}

/** Deletes the part file, its journal and whatever a source kept beside it. */
export async function deletePart(part: string): Promise<void> {
  await rm(part, { force: true });
  await deleteJournal(part);
}

/** Deletes what lies beside the part file, which itself becomes the model's file. */
export async function deleteJournal(part: string): Promise<void> {
  await rm(journalPath(part), { force: true });
  await rm(workDirectory(part), { force: true, recursive: true });
}

/** Where a source may keep pieces while it works. */
export function workDirectory(part: string): string {
  return `${part}.d`;
}

function journalPath(part: string): string {
  return `${part}.json`;
}
