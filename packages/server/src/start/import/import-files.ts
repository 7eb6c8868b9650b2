/** Files that the hosted API described, with their contents from a folder, under their own ids. What is there already is left as it is. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { OpenAIFile } from '@selfsame/contract';
import type { IdSource } from '../../lib/ids.ts';
import type { BlobStorage } from '../../storage/blobs/blob-storage.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { ApiObject } from './read-objects.ts';
import type { Imported } from './report.ts';

export interface FilesImport {
  files: ProjectRepositories['files'];
  blobs: BlobStorage;
  ids: IdSource;
  /** Holds each file under its id or its name. */
  folder: string;
}

const NEVER = new AbortController().signal;

export async function importFiles(into: FilesImport, objects: readonly ApiObject[]): Promise<Imported> {
  const imported: Imported = { brought: 0, present: 0, refused: [], left: 0 };
  for (const object of objects) {
    const { id } = object;
    if (typeof id === 'string' && (await into.files.retrieve(id)) !== undefined) {
      imported.present += 1;
      continue;
    }
    const why = await keep(into, object as OpenAIFile);
    if (why === undefined) imported.brought += 1;
    else imported.refused.push({ id: String(id), why });
  }
  return imported;
}

/** Answers why it cannot be kept. */
async function keep({ files, blobs, ids, folder }: FilesImport, object: OpenAIFile): Promise<string | undefined> {
  const { id, filename, purpose, bytes, created_at, expires_at } = object;
  const said = [id, filename, purpose].every((each) => typeof each === 'string') && Number.isInteger(created_at);
  if (!said) return 'it has no id, filename, purpose or created_at';
  // Neither may lead out of the folder.
  const path = [id, filename].map((name) => join(folder, basename(name))).find((each) => existsSync(each));
  if (path === undefined) return `${folder} has no content under its id or its name`;
  if (statSync(path).size !== bytes) return `${path} has ${statSync(path).size} bytes, and expected are ${bytes}`;
  const blob = await blobs.write(ids('blob_'), createReadStream(path), NEVER);
  const expiresAt = typeof expires_at === 'number' ? expires_at * 1000 : null;
  const record = { id, filename, purpose, contentType: 'application/octet-stream', bytes, expiresAt };
  await files.create({ ...record, createdAt: created_at * 1000 }, [blob]);
  return undefined;
}
