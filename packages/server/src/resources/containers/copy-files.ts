/** Copies files of the project into containers, at `/mnt/data/` and their name. */
import { errors } from '../../errors/catalogue.ts';
import type { ContainerFileRecord } from '../../storage/repositories/containers.ts';
import type { BlobRecord } from '../../storage/repositories/files.ts';
import type { ProjectRepositories, Transactional } from '../../storage/repositories/repositories.ts';
import { checkQuota } from '../files/create-file.ts';
import { findMissingPart, readParts } from '../files/read-parts.ts';
import type { Services } from '../services.ts';

export const FOLDER = '/mnt/data/';

export interface CopyContext {
  services: Pick<Services, 'blobs' | 'clock' | 'ids' | 'limits'>;
  scope: Transactional<ProjectRepositories>;
  signal: AbortSignal;
}

export type StoredContainerFile = Omit<ContainerFileRecord, 'projectId'>;

type NewContainerFile = Pick<ContainerFileRecord, 'path' | 'source' | 'originFileId'> & { blob: BlobRecord };

/** The path of a file of a request. */
export function toPath(filename: string): string {
  const name = filename.replaceAll('\\', '/').split('/').at(-1) ?? '';
  return `${FOLDER}${name === '' || name === '.' || name === '..' ? 'file' : name}`;
}

/**
 * Records a file whose bytes are stored, in place of the one with its path.
 * @throws ApiError if the container has expired, or the file would exceed the quota of the project.
 */
export async function putContainerFile(
  { services, scope }: Omit<CopyContext, 'signal'>,
  containerId: string,
  { blob, ...file }: NewContainerFile,
): Promise<StoredContainerFile> {
  const { blobs, clock, ids, limits } = services;
  const record = { id: ids('cfile_'), containerId, ...file, createdAt: clock.now() };
  const freed = await scope.transaction(async (tx) => {
    await checkQuota(tx.files, blob.bytes, limits);
    return tx.containers.putFile(record, blob);
  });
  if (freed === undefined) throw errors.containerExpired(containerId);
  await blobs.delete(freed.map(({ key }) => key));
  return { ...record, bytes: blob.bytes };
}

/** Stores bytes. If `record` fails, they are deleted. */
export async function withBlob<T>(
  { services: { blobs, ids }, signal }: CopyContext,
  content: AsyncIterable<Uint8Array>,
  record: (blob: BlobRecord) => Promise<T>,
): Promise<T> {
  const key = ids('blob_');
  const { bytes, sha256 } = await blobs.write(key, content, signal);
  try {
    return await record({ key, bytes, sha256 });
  } catch (error) {
    await blobs.delete([key]);
    throw error;
  }
}

/** @throws ApiError if the file does not exist, its bytes are missing, or as `putContainerFile`. */
export async function copyFile(
  context: CopyContext,
  containerId: string,
  { fileId, path }: { fileId: string; path?: string },
): Promise<StoredContainerFile> {
  const { services, scope } = context;
  const file = await scope.files.retrieve(fileId);
  if (file === undefined) throw errors.objectNotFound('File', fileId, 'file_id');
  const parts = await scope.files.listBlobs(fileId);
  if ((await findMissingPart(services.blobs, parts)) !== undefined) {
    throw errors.fileContentMissing(`file '${fileId}'`);
  }
  const content = readParts(services.blobs, parts, { start: 0, length: file.bytes });
  return withBlob(context, content, (blob) =>
    putContainerFile(context, containerId, {
      path: path ?? toPath(file.filename),
      source: 'user',
      originFileId: fileId,
      blob,
    }),
  );
}

/** Copies the files that are not in the container yet. A second file of the same name gets its id before its name. */
export async function copyFiles(context: CopyContext, containerId: string, fileIds: readonly string[]): Promise<void> {
  if (fileIds.length === 0) return;
  const { scope } = context;
  const existing = await listAllFiles(scope, containerId);
  const copied = new Set(existing.map(({ originFileId }) => originFileId));
  const paths = new Set(existing.map(({ path }) => path));
  for (const fileId of new Set(fileIds)) {
    const file = copied.has(fileId) ? undefined : await scope.files.retrieve(fileId);
    // A file that was deleted since the request is skipped.
    if (file === undefined) continue;
    const wanted = toPath(file.filename);
    const path = paths.has(wanted) ? toPath(`${fileId}-${file.filename}`) : wanted;
    paths.add(path);
    await copyFile(context, containerId, { fileId, path });
  }
}

const FILES_PER_PAGE = 100;

export async function listAllFiles(
  { containers }: Pick<ProjectRepositories, 'containers'>,
  containerId: string,
): Promise<ContainerFileRecord[]> {
  const files: ContainerFileRecord[] = [];
  for (let after: string | undefined; ; after = files.at(-1)?.id) {
    const page = { limit: FILES_PER_PAGE, order: 'asc' as const, ...(after === undefined ? {} : { after }) };
    const { records, hasMore } = await containers.listFiles(containerId, page);
    files.push(...records);
    if (!hasMore) return files;
  }
}
