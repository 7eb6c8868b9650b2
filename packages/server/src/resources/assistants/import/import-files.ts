/**
 * Imports files of the hosted API with their contents from a folder. They keep their ids; an existing file is not
 * changed.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { OpenAIFile } from '@selfsame/contract';
import type { IdSource } from '../../../lib/ids.ts';
import type { BlobStorage } from '../../../storage/blobs/blob-storage.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { ApiObject } from './read-objects.ts';
import type { ImportCounts } from './report.ts';

export interface FilesImport {
  files: ProjectRepositories['files'];
  blobs: BlobStorage;
  ids: IdSource;
  /** Contains each file, named by its id or its filename. */
  folder: string;
}

const NEVER = new AbortController().signal;

export async function importFiles(into: FilesImport, objects: readonly ApiObject[]): Promise<ImportCounts> {
  const counts: ImportCounts = { imported: 0, present: 0, refused: [], skipped: 0 };
  for (const object of objects) {
    const { id } = object;
    if (typeof id === 'string' && (await into.files.retrieve(id)) !== undefined) {
      counts.present += 1;
      continue;
    }
    const reason = await importFile(into, object as OpenAIFile);
    if (reason === undefined) counts.imported += 1;
    else counts.refused.push({ id: String(id), reason });
  }
  return counts;
}

/** Returns why the file cannot be imported; undefined if it was imported. */
async function importFile({ files, blobs, ids, folder }: FilesImport, object: OpenAIFile): Promise<string | undefined> {
  const { id, filename, purpose, bytes, created_at, expires_at } = object;
  const isComplete = [id, filename, purpose].every((each) => typeof each === 'string') && Number.isInteger(created_at);
  if (!isComplete) return 'it has no id, filename, purpose or created_at';
  // `basename` keeps both names within the folder.
  const path = [id, filename].map((name) => join(folder, basename(name))).find((each) => existsSync(each));
  if (path === undefined) return `${folder} has no content under its id or its name`;
  if (statSync(path).size !== bytes) return `${path} has ${statSync(path).size} bytes, and expected are ${bytes}`;
  const blob = await blobs.write(ids('blob_'), createReadStream(path), NEVER);
  const expiresAt = typeof expires_at === 'number' ? expires_at * 1000 : null;
  const record = { id, filename, purpose, contentType: 'application/octet-stream', bytes, expiresAt };
  await files.create({ ...record, createdAt: created_at * 1000 }, [blob]);
  return undefined;
}
