/**
 * Imports vector stores and the files attached to them. They keep their ids. Invariants: vectors are never imported, so
 * each file's content must have been imported before: a job chunks and embeds it again; an object that exists already
 * is not changed.
 */
import type { VectorStoreFileObject, VectorStoreObject } from '@selfsame/contract';
import { expiryOf } from '../../../retrieval/activity.ts';
import type { ProjectRepositories, Transactional } from '../../../storage/repositories/repositories.ts';
import { attachFiles } from '../../vector-stores/attach-files.ts';
import { entryOf, type ImportReport } from './report.ts';
import { toMs } from './to-records.ts';

type Scope = Transactional<ProjectRepositories>;

export interface StoreObjects {
  stores: readonly VectorStoreObject[];
  files: readonly VectorStoreFileObject[];
  /** Milliseconds; the start of each store's expiry period. */
  now: number;
}

export async function importVectorStores(
  scope: Scope,
  report: ImportReport,
  { stores, files, now }: StoreObjects,
): Promise<void> {
  for (const store of stores) {
    const entry = entryOf(report, 'vector_store');
    if ((await scope.vectorStores.retrieve(store.id)) !== undefined) entry.present += 1;
    else {
      await scope.vectorStores.create(toStoreRecord(store, now));
      entry.imported += 1;
    }
  }
  for (const file of files) {
    const entry = entryOf(report, 'vector_store.file');
    const outcome = await scope.transaction((tx) => attachFile(tx, file));
    if (outcome === 'imported' || outcome === 'present') entry[outcome] += 1;
    else entry.refused.push({ id: file.id, reason: outcome });
  }
}

function toStoreRecord({ id, name, metadata, created_at, expires_after: expires }: VectorStoreObject, now: number) {
  const expiresAfterDays = expires?.days ?? null;
  const times = { createdAt: toMs(created_at), lastActiveAt: now, expiresAt: expiryOf(now, expiresAfterDays) };
  return { id, name, description: null, metadata: metadata ?? {}, expiresAfterDays, ...times };
}

/** Returns `imported`, `present`, or the reason why the file is refused. */
async function attachFile(tx: ProjectRepositories, file: VectorStoreFileObject): Promise<string> {
  const { id, vector_store_id: storeId, created_at, chunking_strategy: chunking, attributes } = file;
  if ((await tx.vectorStores.retrieve(storeId)) === undefined) return `its store ${storeId} is not there`;
  if ((await tx.vectorStoreFiles.retrieve({ storeId, id })) !== undefined) return 'present';
  if ((await tx.files.retrieve(id)) === undefined) return 'the file is not there: it comes with its content';
  const attachment = { fileId: id, chunking, attributes, chunkingParam: 'chunking_strategy' };
  await attachFiles(tx, { storeId, batchId: null, now: toMs(created_at) }, [attachment]);
  return 'imported';
}
