/**
 * The unfinished file of a pull, `FILE.part`, and its journal `FILE.part.json`: the source that wrote it and the length
 * that is known to be complete. Invariant: the journal never claims more bytes than the part file has.
 */
import { open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';

export interface PartJournal {
  /** Reference of the source that wrote the part. */
  source: string;
  /** HTTP validator (a strong ETag or Last-Modified) of the file that was being read. */
  validator?: string;
  /** For sources in pieces: number of complete pieces, and the part's length in bytes after them. */
  pieces?: number;
  bytes?: number;
}

/** Length of the part file in bytes; 0 = it does not exist. */
export async function partBytes(part: string): Promise<number> {
  const found = await stat(part).catch(() => undefined);
  return found?.size ?? 0;
}

/** Undefined = missing or unreadable. */
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

/** Truncates the part file to `bytes`; creates it if it is missing. */
export async function cutPart(part: string, bytes: number): Promise<void> {
  const file = await open(part, 'a');
  await file.close();
  await truncate(part, bytes);
}

/** Deletes the part file, its journal and the folder of pieces. */
export async function deletePart(part: string): Promise<void> {
  await rm(part, { force: true });
  await deleteJournal(part);
}

/** Deletes the journal and the folder of pieces; the part file itself becomes the model's file. */
export async function deleteJournal(part: string): Promise<void> {
  await rm(journalPath(part), { force: true });
  await rm(workDirectory(part), { force: true, recursive: true });
}

/** Folder for the pieces of a source. */
export function workDirectory(part: string): string {
  return `${part}.d`;
}

function journalPath(part: string): string {
  return `${part}.json`;
}
