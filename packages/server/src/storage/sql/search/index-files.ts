/**
 * Index files on disk: FOLDER/STORE.json names the current index file of a store and lists its contents. The files are
 * a cache: a missing, damaged or outdated one is rebuilt. Several processes may share a folder.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VectorIndex } from '../../vector-index/vector-index.ts';

/** Changes with the file format. */
const FORMAT = 'selfsame-index-1';

export interface HeldFile {
  version: number;
  vectors: number;
}

export interface SavedIndex {
  dimensions: number;
  watermark: number;
  files: Map<number, HeldFile>;
  vectors: number;
}

interface Description {
  format: string;
  file: string;
  dimensions: number;
  watermark: number;
  /** Key, version, vectors. */
  files: [number, number, number][];
}

async function describe(folder: string, storeId: string): Promise<Description | undefined> {
  try {
    const description = JSON.parse(await readFile(join(folder, `${storeId}.json`), 'utf8')) as Description;
    return description.format === FORMAT ? description : undefined;
  } catch {
    return undefined;
  }
}

/** Returns undefined if there is no usable index. */
export async function loadIndex(index: VectorIndex, folder: string, storeId: string): Promise<SavedIndex | undefined> {
  const description = await describe(folder, storeId);
  if (description === undefined) return undefined;
  const { file, dimensions, watermark } = description;
  try {
    await index.load(storeId, join(folder, file));
  } catch {
    await deleteIndexFiles(folder, storeId);
    return undefined;
  }
  const files = new Map(description.files.map(([key, version, vectors]) => [key, { version, vectors }]));
  return { dimensions, watermark, files, vectors: files.values().reduce((total, { vectors }) => total + vectors, 0) };
}

export async function saveIndex(index: VectorIndex, folder: string, held: SavedIndex & { id: string }): Promise<void> {
  const { id, dimensions, watermark } = held;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = `${id}-${randomBytes(6).toString('hex')}.index`;
  // Listed before the index is written: a file added meanwhile is then indexed twice, never missed.
  const files = Array.from(held.files, ([key, { version, vectors }]) => [key, version, vectors] as const);
  await index.save(id, join(folder, file));
  const path = join(folder, `${file}.json`);
  await writeFile(path, JSON.stringify({ format: FORMAT, file, dimensions, watermark, files }));
  await rename(path, join(folder, `${id}.json`));
  await deleteOthers(folder, id, file);
}

/** Deletes all index files of a store. */
export async function deleteIndexFiles(folder: string, storeId: string): Promise<void> {
  await rm(join(folder, `${storeId}.json`), { force: true });
  await deleteOthers(folder, storeId, undefined);
}

/** Ids of the stores that have an index file. */
export async function listSaved(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => /^([^-.]+)\.json$/.exec(name)?.[1] ?? []);
}

async function deleteOthers(folder: string, storeId: string, kept: string | undefined): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(`${storeId}-`) || (kept !== undefined && name.startsWith(kept))) continue;
    await rm(join(folder, name), { force: true });
  }
}
