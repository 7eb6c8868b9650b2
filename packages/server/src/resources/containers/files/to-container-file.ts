/** Stored files of containers → objects of the API. */
import type { ContainerFileResource } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { toSeconds } from '../../../lib/clock.ts';
import type { ContainerRepository } from '../../../storage/repositories/containers.ts';
import type { StoredContainerFile } from '../copy-files.ts';

export function toContainerFile(record: StoredContainerFile): ContainerFileResource {
  return {
    id: record.id,
    object: 'container.file',
    container_id: record.containerId,
    created_at: toSeconds(record.createdAt),
    bytes: record.bytes,
    path: record.path,
    source: record.source,
  };
}

/** @throws ApiError 404 if the container has no file with that id. */
export async function findContainerFile(containers: ContainerRepository, id: string, fileId: string) {
  const file = await containers.retrieveFile(id, fileId);
  if (file === undefined) throw errors.objectNotFound('Container file', fileId, 'file_id');
  return file;
}
