/**
 * Backs up and restores an installation: records, and blobs that are files of the data folder. Records are copied
 * first: the blobs that they refer to exist by then, and a blob that is deleted during the copy belongs to a deleted
 * record.
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemClock } from '../lib/clock.ts';
import { BackupError, backupRecords, restoreRecords } from '../storage/sql/backup.ts';
import { databaseLocation, type StorageSettings } from './storage.ts';

const RECORDS = 'records.jsonl';
const BLOBS = 'blobs';

export interface BackedUp {
  records: number;
  blobs: number;
}

/** Copies a tree of files and returns their number. Skips files that are deleted during the copy. */
async function copyTree(from: string, to: string): Promise<number> {
  if (!existsSync(from)) return 0;
  let copied = 0;
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, source.slice(from.length));
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    try {
      await copyFile(source, target);
      copied += 1;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return copied;
}

/** The folder must not exist. Servers may keep running. Throws BackupError. */
export async function backup(settings: StorageSettings, folder: string): Promise<BackedUp> {
  if (existsSync(folder)) throw new BackupError(`${folder} is there already. Give a new folder.`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const records = await backupRecords(databaseLocation(settings), join(folder, RECORDS), systemClock);
    return { records, blobs: await copyTree(join(settings.dataDir, BLOBS), join(folder, BLOBS)) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The database must be empty; existing blobs are kept. Throws BackupError. */
export async function restore(settings: StorageSettings, folder: string): Promise<void> {
  const records = join(folder, RECORDS);
  if (!existsSync(records)) throw new BackupError(`${folder} is not a backup: it has no ${RECORDS}.`);
  await mkdir(settings.dataDir, { recursive: true, mode: 0o700 });
  await copyTree(join(folder, BLOBS), join(settings.dataDir, BLOBS));
  await restoreRecords(databaseLocation(settings), records, systemClock);
}
