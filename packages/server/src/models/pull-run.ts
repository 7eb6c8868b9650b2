/**
 * One source's turn within a pull: download, verify, and only then give the file its final name.
 * Invariant: a part that fails verification is deleted, and if it had been continued from an earlier try the same source is asked
 * once more from the start, since the fault may lie in the old bytes.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import type { PullableModel } from './catalogue.ts';
import { findGgufFault } from './gguf.ts';
import { type InstallRecord, writeInstallRecord } from './install-record.ts';
import { deleteJournal, deletePart, partBytes, readJournal } from './part-file.ts';
import type { PullOptions, PullProgress } from './pull.ts';
import { diskFull } from './pull-error.ts';
import { type ModelSource, SourceError } from './sources/source.ts';

/** Space in bytes that a pull leaves free on the disk. */
const DISK_RESERVE_BYTES = 32 * 1024 * 1024;
/** Least time between two events of one phase. */
const PROGRESS_INTERVAL_MS = 100;

export interface PullRun {
  model: PullableModel;
  /** Final place of the file. */
  path: string;
  part: string;
  options: PullOptions;
  clock: Clock;
}

/** Throws `SourceError` when this source does not deliver the right file; `PullError` when the disk is too small. */
export async function pullFrom(run: PullRun, source: ModelSource, signal: AbortSignal): Promise<InstallRecord> {
  const { model, part, options } = run;
  if (model.bytes !== undefined && (await partBytes(part)) > model.bytes) await deletePart(part);
  for (;;) {
    const offset = await partBytes(part);
    const { origin, announcedSha256 } = await download(run, { source, offset, signal });
    const verdict = await verify(run, { source, announcedSha256, signal });
    if (verdict.fault === undefined) return await install(run, { ...verdict, origin, source });
    await deletePart(part);
    if (offset === 0) throw new SourceError(verdict.fault);
    options.log?.warn(`${verdict.fault}; the part was begun earlier, so it is downloaded once more from the start`);
  }
}

interface Downloaded {
  /** Reference of the source that wrote the part. */
  origin: string;
  announcedSha256?: string | undefined;
}

async function download(
  run: PullRun,
  { source, offset, signal }: { source: ModelSource; offset: number; signal: AbortSignal },
): Promise<Downloaded> {
  const { model, part } = run;
  const emit = progressOf(run, source);
  if (offset > 0 && offset === model.bytes) {
    // Killed between the last byte and the verification: nothing is left to download.
    return { origin: (await readJournal(part))?.source ?? source.reference };
  }
  if (model.bytes !== undefined) await checkDisk(run, source, model.bytes);
  let totalBytes = model.bytes ?? 0;
  emit({ phase: 'connect', receivedBytes: offset, totalBytes });
  const { announcedSha256 } = await source.download(part, {
    signal,
    offset,
    ...(model.bytes !== undefined && { expectedBytes: model.bytes }),
    checksumKnown: model.sha256 !== undefined,
    onTotal: async (bytes) => {
      totalBytes = bytes;
      if (model.bytes === undefined) await checkDisk(run, source, bytes);
    },
    onProgress: (receivedBytes) => emit({ phase: 'download', receivedBytes, totalBytes }),
  });
  return { origin: source.reference, announcedSha256 };
}

interface Verdict {
  /** Why the part is not the model, or undefined when it is. */
  fault?: string;
  bytes: number;
  sha256: string;
  checkedAgainst: InstallRecord['checkedAgainst'];
}

async function verify(
  run: PullRun,
  {
    source,
    announcedSha256,
    signal,
  }: { source: ModelSource; announcedSha256?: string | undefined; signal: AbortSignal },
): Promise<Verdict> {
  const { model, part } = run;
  const bytes = await partBytes(part);
  const emit = progressOf(run, source);
  emit({ phase: 'verify', receivedBytes: 0, totalBytes: bytes });
  const sha256 = await sha256Of(part, {
    signal,
    onProgress: (receivedBytes) => emit({ phase: 'verify', receivedBytes, totalBytes: bytes }),
  });
  const expected = model.sha256 ?? announcedSha256;
  const checkedAgainst =
    model.sha256 !== undefined ? 'catalogue' : announcedSha256 !== undefined ? 'source' : 'nothing';
  const verdict: Verdict = { bytes, sha256, checkedAgainst };
  if (model.bytes !== undefined && bytes !== model.bytes) {
    return { ...verdict, fault: `delivered ${bytes} bytes instead of ${model.bytes}` };
  }
  if (expected !== undefined && sha256 !== expected) {
    return { ...verdict, fault: `delivered a file with sha256 ${sha256} instead of ${expected}` };
  }
  const fault = await findGgufFault(part);
  return fault === undefined ? verdict : { ...verdict, fault: `what it delivered ${fault}` };
}

async function install(
  run: PullRun,
  { bytes, sha256, checkedAgainst, origin, source }: Verdict & { origin: string; source: ModelSource },
): Promise<InstallRecord> {
  const { model, path, part } = run;
  const record: InstallRecord = {
    id: model.id,
    bytes,
    sha256,
    checkedAgainst,
    source: origin,
    label: model.label,
    ...(model.licence !== undefined && { licence: model.licence }),
    pulledAt: new Date(run.clock.now()).toISOString(),
  };
  await sync(part, 'r+');
  // The record goes first: a record without its file is nothing, a file without its record would be one put there by hand.
  await writeInstallRecord(path, record);
  await rename(part, path);
  // Windows cannot open a directory; there the rename is as durable as it gets.
  if (process.platform !== 'win32') await sync(dirname(path), 'r');
  await deleteJournal(part);
  progressOf(run, source)({ phase: 'done', receivedBytes: bytes, totalBytes: bytes });
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

/** SHA-256 (lower-case hex) of a file, read in a stream. `onProgress` is told the bytes read so far. */
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

/** Bytes that this process may still write where the models lie. */
export async function freeBytes({ options }: PullRun): Promise<number> {
  const { bavail, bsize } = await (options.statfs ?? statfs)(options.directory);
  return bavail * bsize;
}

async function checkDisk(run: PullRun, source: ModelSource, totalBytes: number): Promise<void> {
  const missing = Math.max(0, totalBytes - (await partBytes(run.part)));
  const needed = missing + source.extraBytes(totalBytes) + DISK_RESERVE_BYTES;
  const free = await freeBytes(run);
  if (free < needed) throw diskFull(run.options.directory, needed, free);
}

/** At most one event per phase and interval, but never without the last one of a phase. */
function progressOf(run: PullRun, source: ModelSource): (progress: Omit<PullProgress, 'source'>) => void {
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
