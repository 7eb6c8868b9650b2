/**
 * Pulls a model into the model directory: its sources in order, with resume, a check of free space, size and checksum.
 * Invariants: a file under its final name is whole and has the right checksum; it appears there by one rename; one
 * process at a time writes a file; an interrupted pull keeps its part and the next one continues it.
 */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../lib/clock.ts';
import { defined } from '../lib/defined.ts';
import type { PullableModel } from './catalogue/catalogue-model.ts';
import { fileFormatOf } from './file-formats.ts';
import { type InstallRecord, readInstallRecord, writeInstallRecord } from './install-record.ts';
import { partBytes } from './part-file.ts';
import { pullConverted } from './pull-converted.ts';
import { directoryRefused, diskFull, nameTaken } from './pull-error.ts';
import { withPullLock } from './pull-lock.ts';
import type { PullOptions, PullProgress } from './pull-options.ts';
import { freeBytes, type PullRun, pullFrom, sha256Of } from './pull-run.ts';
import { fromSources } from './pull-sources.ts';

export type { PullOptions, PullProgress };

export interface PulledModel {
  id: string;
  path: string;
  record: InstallRecord;
  /** The file existed and is verified; nothing was downloaded. */
  alreadyThere: boolean;
}

/** Throws `PullError`, or the signal's reason when aborted (the part is kept). */
export async function pullModel(model: PullableModel, options: PullOptions): Promise<PulledModel> {
  const path = join(options.directory, model.file);
  const clock = options.clock ?? systemClock;
  const findFormatError = async (part: string) => fileFormatOf(model.file)?.findError(part);
  const run: PullRun = { model, path, part: `${path}.part`, options, clock, findFormatError };
  const signal = options.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  try {
    await mkdir(options.directory, { recursive: true });
    const there = await findInstalled(run, signal);
    if (there !== undefined) return there;
    const onWait = async (holder: { pid: number } | undefined): Promise<void> => {
      const receivedBytes = await partBytes(run.part);
      const source = `another pull (process ${holder?.pid ?? 'unknown'})`;
      options.onProgress?.({ phase: 'download', source, receivedBytes, totalBytes: model.bytes ?? 0 });
    };
    return await withPullLock(`${path}.lock`, { signal, clock: options.clock, onWait }, async (held) => {
      const meanwhile = await findInstalled(run, held);
      if (meanwhile !== undefined) return meanwhile;
      const record = await (model.conversion === undefined
        ? fromSources(run, run, { signal: held, attempt: (source) => pullFrom(run, source, held) })
        : pullConverted(run, model.conversion, held));
      return { id: model.id, path, record, alreadyThere: false };
    });
  } catch (error) {
    if (hasCode(error, ['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EEXIST']))
      throw directoryRefused(options.directory, error);
    if (hasCode(error, ['ENOSPC', 'EDQUOT'])) {
      const missing = Math.max(0, (model.bytes ?? 0) - (await partBytes(run.part)));
      throw diskFull(options.directory, missing, await freeBytes(run));
    }
    throw error;
  }
}

/** The model's file if it exists and is verified. Throws `name_taken` if another model's file has its name. */
async function findInstalled(run: PullRun, signal: AbortSignal): Promise<PulledModel | undefined> {
  const { model, path } = run;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  const record = await readInstallRecord(path);
  if (model.sha256 === undefined) {
    const owner =
      record === undefined ? 'a file that was put there by hand' : `'${record.id}', pulled from ${record.source}`;
    if (record === undefined || !model.sources.includes(record.source)) throw nameTaken(path, owner);
    if (found.size === record.bytes) return { id: model.id, path, record, alreadyThere: true };
    run.options.log?.warn(`${path} has ${found.size} bytes instead of ${record.bytes}; it is pulled again`);
    return undefined;
  }
  if (found.size !== model.bytes) {
    run.options.log?.warn(`${path} has ${found.size} bytes instead of ${model.bytes}; it is pulled again`);
    return undefined;
  }
  if (record?.sha256 === model.sha256) return { id: model.id, path, record, alreadyThere: true };
  const sha256 = await sha256Of(path, { signal });
  if (sha256 !== model.sha256) {
    run.options.log?.warn(`${path} has sha256 ${sha256} instead of ${model.sha256}; it is pulled again`);
    return undefined;
  }
  const placed: InstallRecord = {
    id: model.id,
    bytes: found.size,
    sha256,
    checkedAgainst: 'catalogue',
    source: 'placed by hand',
    label: model.label,
    ...defined({ licence: model.licence }),
    pulledAt: new Date(run.clock.now()).toISOString(),
  };
  await writeInstallRecord(path, placed);
  return { id: model.id, path, record: placed, alreadyThere: true };
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);
}
