/** Files of containers in SQL. The caller holds the lock of the container while it writes. */
import type { ContainerFileRecord } from '../repositories/containers.ts';
import type { BlobRecord } from '../repositories/files.ts';
import { deleteBlobs, insertBlob } from './files.ts';
import type { Reader, Writer } from './sql-database.ts';

export const FILE_COLUMNS = [
  'container_files.id',
  'container_files.project_id as projectId',
  'container_files.container_id as containerId',
  'container_files.path',
  'container_files.source',
  'container_files.origin_file_id as originFileId',
  'container_files.bytes',
  'container_files.created_at as createdAt',
] as const;

export interface ContainerKey {
  projectId: string;
  id: string;
}

/** The files of a container that is not expired at `now`. */
export function selectFiles(from: Reader, { projectId, id }: ContainerKey, now: number) {
  return from
    .selectFrom('container_files')
    .where('container_files.container_id', '=', id)
    .where('container_files.project_id', '=', projectId)
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('containers').select('containers.id').where('id', '=', id).where('expires_at', '>', now)),
    );
}

export async function insertContainerFile(
  writer: Writer,
  { id, projectId, containerId, path, source, originFileId, createdAt }: Omit<ContainerFileRecord, 'bytes'>,
  blob: BlobRecord,
): Promise<void> {
  const key = { id, project_id: projectId, container_id: containerId };
  await writer
    .insertInto('container_files')
    .values({ ...key, path, source, origin_file_id: originFileId, bytes: blob.bytes, created_at: createdAt })
    .execute();
  await insertBlob(writer, blob, { projectId, ownerId: id, position: 0 });
}

/** Deletes the files that match, all of the container by default, and returns their blobs. */
export async function deleteContainerFiles(
  writer: Writer,
  { projectId, id }: ContainerKey,
  match?: { column: 'id' | 'path'; value: string },
): Promise<BlobRecord[]> {
  const files = await writer
    .deleteFrom('container_files')
    .where('container_id', '=', id)
    .where('project_id', '=', projectId)
    .$if(match !== undefined, (query) => query.where(match?.column ?? 'id', '=', match?.value ?? ''))
    .returning('id')
    .execute();
  return deleteBlobs(
    writer,
    projectId,
    files.map((file) => file.id),
  );
}
