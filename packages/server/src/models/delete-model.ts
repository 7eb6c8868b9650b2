/**
 * Deletes a pulled model: its file, its record and the files of an unfinished pull. Invariants: only files in the model
 * directory are deleted; a file that is being pulled is not deleted.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { findCatalogueModel } from './catalogue.ts';
import { deleteInstallRecord } from './install-record.ts';
import type { InstalledModel } from './installed.ts';
import { deletePart, partBytes } from './part-file.ts';
import { withPullLock } from './pull-lock.ts';

/** The model cannot be deleted; the message is one sentence. */
export class DeleteModelError extends Error {
  override readonly name = 'DeleteModelError';
}

export interface DeletedModel {
  path: string;
  /** Bytes that were freed. */
  bytes: number;
}

/** `id`: of an installed model, or of a catalogue model with an unfinished pull. Throws `DeleteModelError`. */
export async function deleteModel(
  id: string,
  { directory, installed }: { directory: string; installed: readonly InstalledModel[] },
): Promise<DeletedModel> {
  const model = installed.find((each) => each.id === id);
  if (model === undefined) return await deleteUnfinished(id, { directory, installed });
  if (model.tier === 'built-in') {
    throw new DeleteModelError(`'${id}' ships with the program. \`--built-in false\` stops offering it.`);
  }
  if (model.format !== 'gguf' || dirname(model.path) !== resolve(directory)) {
    throw new DeleteModelError(
      `'${id}' is your file ${model.path}, named in the configuration: take it out of \`models\` there.`,
    );
  }
  await withoutPull(model.path, async () => {
    await rm(model.path);
    await deleteInstallRecord(model.path);
    await deleteLeftovers(model.path);
  });
  return { path: model.path, bytes: model.bytes };
}

async function deleteUnfinished(
  id: string,
  { directory, installed }: { directory: string; installed: readonly InstalledModel[] },
): Promise<DeletedModel> {
  const entry = findCatalogueModel(id);
  const path = join(directory, entry?.file ?? '');
  const part = `${path}.part`;
  if (entry === undefined || ![path, part, `${path}.parts`].some((each) => existsSync(each))) {
    const here = installed.filter(({ tier }) => tier !== 'built-in').map((each) => each.id);
    throw new DeleteModelError(`no model '${id}' is here${here.length === 0 ? '' : `; there are ${here.join(', ')}`}.`);
  }
  const bytes = (await partBytes(path)) + (await partBytes(part));
  await withoutPull(path, async () => {
    await rm(path, { force: true });
    await deleteLeftovers(path);
  });
  return { path, bytes };
}

async function deleteLeftovers(path: string): Promise<void> {
  await deletePart(`${path}.part`);
  await rm(`${path}.parts`, { recursive: true, force: true });
}

async function withoutPull(path: string, work: () => Promise<void>): Promise<void> {
  const signal = new AbortController().signal;
  const onWait = (holder: { pid: number } | undefined): never => {
    throw new DeleteModelError(`${path} is just being pulled (process ${holder?.pid ?? 'unknown'}).`);
  };
  await withPullLock(`${path}.lock`, { signal, onWait }, work);
}
