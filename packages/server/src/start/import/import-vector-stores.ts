/**
 * Vector stores and what was in them, under their own ids. Invariant: a file is read, cut and embedded anew by a job of this server, so that
 * it must be there with its content: vectors are never brought over. What is there already is left as it is.
 */
import type { VectorStoreFileObject, VectorStoreObject } from '@selfsame/contract';
import { attachFiles } from '../../resources/vector-stores/attach-files.ts';
import { expiryOf } from '../../retrieval/activity.ts';
import type { ProjectRepositories, Transactional } from '../../storage/repositories/repositories.ts';
import { entryOf, type ImportReport } from './report.ts';
import { toMs } from './to-records.ts';

type Scope = Transactional<ProjectRepositories>;

export interface StoreObjects {
  stores: readonly VectorStoreObject[];
  files: readonly VectorStoreFileObject[];
  /** Milliseconds; the days after which a store expires are counted from here. */
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
      entry.brought += 1;
    }
  }
  for (const file of files) {
    const entry = entryOf(report, 'vector_store.file');
    const end = await scope.transaction((inside) => keepFile(inside, file));
    if (end === 'brought' || end === 'present') entry[end] += 1;
    else entry.refused.push({ id: file.id, why: end });
  }
}

function toStoreRecord({ id, name, metadata, created_at, expires_after: expires }: VectorStoreObject, now: number) {
  const expiresAfterDays = expires?.days ?? null;
  const times = { createdAt: toMs(created_at), lastActiveAt: now, expiresAt: expiryOf(now, expiresAfterDays) };
  return { id, name, description: null, metadata: metadata ?? {}, expiresAfterDays, ...times };
}

/** Answers what became of it, or why it cannot be brought over. */
async function keepFile(inside: ProjectRepositories, file: VectorStoreFileObject): Promise<string> {
  const { id, vector_store_id: storeId, created_at, chunking_strategy: chunking, attributes } = file;
  if ((await inside.vectorStores.retrieve(storeId)) === undefined) return `its store ${storeId} is not there`;
  if ((await inside.vectorStoreFiles.retrieve({ storeId, id })) !== undefined) return 'present';
  if ((await inside.files.retrieve(id)) === undefined) return 'the file is not there: it comes with its content';
  const attachment = { fileId: id, chunking, attributes, chunkingParam: 'chunking_strategy' };
  await attachFiles(inside, { storeId, batchId: null, now: toMs(created_at) }, [attachment]);
  return 'brought';
}
