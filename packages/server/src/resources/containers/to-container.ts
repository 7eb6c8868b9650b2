/** Stored containers → objects of the API. */
import type { ContainerResource } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { toSeconds } from '../../lib/clock.ts';
import type { ContainerRecord } from '../../storage/repositories/containers.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';

export function toContainer(record: ContainerRecord): ContainerResource {
  return {
    id: record.id,
    object: 'container',
    name: record.name,
    created_at: toSeconds(record.createdAt),
    status: record.status,
    last_active_at: toSeconds(record.lastActiveAt),
    expires_after: { anchor: 'last_active_at', minutes: record.idleMinutes },
    // Stored in the form of the contract.
    memory_limit: record.memoryLimit as NonNullable<ContainerResource['memory_limit']>,
    network_policy: { type: 'disabled' },
  };
}

type Scope = Pick<ProjectRepositories, 'containers'>;

/** @throws ApiError 404 if the project has no container with that id. */
export async function findContainer({ containers }: Scope, id: string): Promise<ContainerRecord> {
  const record = await containers.retrieve(id);
  if (record === undefined) throw errors.objectNotFound('Container', id, 'container_id');
  return record;
}

/** @throws ApiError 404 as `findContainer`, 400 if the container is expired. */
export async function findRunningContainer(scope: Scope, id: string): Promise<ContainerRecord> {
  const record = await findContainer(scope, id);
  if (record.status === 'expired') throw errors.containerExpired(id);
  return record;
}
