/**
 * Pulls a file from one source: downloads and verifies it, and only then gives the file its final name. Invariant: a
 * part that fails verification is deleted; if it had been continued from an earlier attempt, the same source is tried
 * once more from the start, because the old bytes may be wrong.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import type { PullableModel } from './catalogue/catalogue-model.ts';
import { type InstallRecord, writeInstallRecord } from './install-record.ts';
import { deleteJournal, deletePart, partBytes, readJournal } from './part-file.ts';
import { diskFull } from './pull-error.ts';
import type { PullOptions, PullProgress } from './pull-options.ts';
import { type Announcement, type ModelSource, SourceError } from './sources/source.ts';

/** Space in bytes that a pull leaves free on the disk. */
export const DISK_RESERVE_BYTES = 32 * 1024 * 1024;
/** Minimum time between two events of one phase. */
const PROGRESS_INTERVAL_MS = 100;

export type PullableFile = Pick<PullableModel, 'file' | 'bytes' | 'sha256' | 'announced' | 'sources'>;

export interface PullRun<M extends PullableFile = PullableModel> {
  model: M;
  /** Final path of the file. */
  path: string;
  part: string;
  options: PullOptions;
  clock: Clock;
  /** Returns why the file has the wrong format, or undefined. Default: any format is accepted. */
  findFormatError?(path: string): Promise<string | undefined>;
}

/** Throws `SourceError` if the source does not deliver the right file, `PullError` if the disk is too small. */
export async function pullFrom(run: PullRun, source: ModelSource, signal: AbortSignal): Promise<InstallRecord> {
  return await install(run, await obtain(run, source, signal));
}

/** Downloads and verifies the part. Throws as `pullFrom` does. */
export async function obtain(run: PullRun<PullableFile>, source: ModelSource, signal: AbortSignal): Promise<Obtained> {
  const { model, part, options } = run;
  if (model.bytes !== undefined && (await partBytes(part)) > model.bytes) await deletePart(part);
  for (;;) {
    const offset = await partBytes(part);
    const { origin, announced } = await download(run, { source, offset, signal });
    const verdict = await verify(run, { source, announced, signal });
    if (verdict.error === undefined) return { ...verdict, origin, label: source.label, announced };
    await deletePart(part);
    if (offset === 0) throw new SourceError(verdict.error);
    options.log?.warn(`${verdict.error}; the part was begun earlier, so it is downloaded once more from the start`);
  }
}

export interface Obtained extends Verified {
  /** Reference of the source, for the record. */
  origin: string;
  /** Its short form. */
  label: string;
  announced?: Announcement | undefined;
}

interface Downloaded {
  /** Reference of the source that wrote the part. */
  origin: string;
  announced?: Announcement | undefined;
}

async function download(
  run: PullRun<PullableFile>,
  { source, offset, signal }: { source: ModelSource; offset: number; signal: AbortSignal },
): Promise<Downloaded> {
  const { model, part } = run;
  const emit = progressOf(run, source);
  if (offset > 0 && offset === model.bytes) {
    // An earlier pull was killed between the last byte and the verification.
    return { origin: (await readJournal(part))?.source ?? source.reference };
  }
  if (model.bytes !== undefined) await checkDisk(run, source, model.bytes);
  let totalBytes = model.bytes ?? 0;
  emit({ phase: 'connect', receivedBytes: offset, totalBytes });
  const { announced } = await source.download(part, {
    signal,
    offset,
    ...defined({ expectedBytes: model.bytes }),
    checksumKnown: model.sha256 !== undefined,
    expectedSha256: model.sha256,
    mustAnnounce: model.announced,
    onTotal: async (bytes) => {
      totalBytes = bytes;
      if (model.bytes === undefined) await checkDisk(run, source, bytes);
    },
    onProgress: (receivedBytes) => emit({ phase: 'download', receivedBytes, totalBytes }),
  });
  return { origin: source.reference, announced };
}

interface Verified {
  bytes: number;
  sha256: string;
  checkedAgainst: InstallRecord['checkedAgainst'];
}

interface Verdict extends Verified {
  /** Why the part is not the right file; undefined = it is. */
  error?: string;
}

/** Compares the part with the expected size, checksum and format. */
export async function verify(
  run: PullRun<PullableFile>,
  {
    source,
    announced,
    signal,
  }: { source: Pick<ModelSource, 'label'>; announced?: Announcement | undefined; signal: AbortSignal },
): Promise<Verdict> {
  const { model, part } = run;
  const bytes = await partBytes(part);
  const emit = progressOf(run, source);
  emit({ phase: 'verify', receivedBytes: 0, totalBytes: bytes });
  const sha256 = await sha256Of(part, {
    signal,
    onProgress: (receivedBytes) => emit({ phase: 'verify', receivedBytes, totalBytes: bytes }),
  });
  const expected = model.sha256 ?? announced?.sha256;
  const checkedAgainst =
    model.sha256 !== undefined ? 'catalogue' : announced?.sha256 !== undefined ? 'source' : 'nothing';
  const verdict: Verdict = { bytes, sha256, checkedAgainst };
  if (model.bytes !== undefined && bytes !== model.bytes) {
    return { ...verdict, error: `delivered ${bytes} bytes instead of ${model.bytes}` };
  }
  if (expected !== undefined && sha256 !== expected) {
    return { ...verdict, error: `delivered a file with sha256 ${sha256} instead of ${expected}` };
  }
  const error = await run.findFormatError?.(part);
  return error === undefined ? verdict : { ...verdict, error: `what it delivered ${error}` };
}

/** Gives the part its final name and writes the record. */
export async function install(
  run: PullRun,
  { bytes, sha256, checkedAgainst, origin, label, announced }: Obtained,
): Promise<InstallRecord> {
  const { model, path, part } = run;
  const record: InstallRecord = {
    id: model.id,
    bytes,
    sha256,
    checkedAgainst,
    ...(announced !== undefined && Object.keys(announced).length > 0 && { announced }),
    source: origin,
    label: model.label,
    ...defined({ licence: model.licence }),
    pulledAt: new Date(run.clock.now()).toISOString(),
  };
  await sync(part, 'r+');
  // The record is written first: a file without a record would count as copied by the user.
  await writeInstallRecord(path, record);
  await rename(part, path);
  // Windows cannot open a directory, so the rename cannot be synced there.
  if (process.platform !== 'win32') await sync(dirname(path), 'r');
  await deleteJournal(part);
  progressOf(run, { label })({ phase: 'done', receivedBytes: bytes, totalBytes: bytes });
  return record;
}

async function sync(path: string, flags: 'r' | 'r+'): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** SHA-256 (lower-case hex) of a file, read in a stream. `onProgress` receives the bytes read so far. */
export async function sha256Of(
  path: string,
  options: { signal: AbortSignal; onProgress?(bytes: number): void },
): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    options.signal.throwIfAborted();
    hash.update(chunk);
    bytes += chunk.length;
    options.onProgress?.(bytes);
  }
  return hash.digest('hex');
}

/** Bytes that this process can still write on the disk of the models. */
export async function freeBytes({ options }: PullRun<PullableFile>): Promise<number> {
  const { bavail, bsize } = await (options.statfs ?? statfs)(options.directory);
  return bavail * bsize;
}

async function checkDisk(run: PullRun<PullableFile>, source: ModelSource, totalBytes: number): Promise<void> {
  const missing = Math.max(0, totalBytes - (await partBytes(run.part)));
  const needed = missing + source.extraBytes(totalBytes) + DISK_RESERVE_BYTES;
  const free = await freeBytes(run);
  if (free < needed) throw diskFull(run.options.directory, needed, free);
}

/** Emits at most one event per phase and interval, and always the last one of a phase. */
export function progressOf(
  run: PullRun<PullableFile>,
  source: Pick<ModelSource, 'label'>,
): (progress: Omit<PullProgress, 'source'>) => void {
  let phase = '';
  let sentAt = 0;
  return (progress) => {
    const nowMs = run.clock.now();
    const due = progress.phase !== phase || progress.receivedBytes === progress.totalBytes;
    if (!due && Math.abs(nowMs - sentAt) < PROGRESS_INTERVAL_MS) return;
    phase = progress.phase;
    sentAt = nowMs;
    run.options.onProgress?.({ ...progress, source: source.label });
  };
}
