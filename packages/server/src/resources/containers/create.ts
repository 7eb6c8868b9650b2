/** `POST /containers`: creates a container with copies of files. Its interpreter starts with the first code. */
import { type CreateContainerBody, containers } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { checkFile } from '../assistants/tool-resources.ts';
import { implement } from '../handler.ts';
import { copyFiles } from './copy-files.ts';
import { deleteContainer } from './delete-container.ts';
import { checkMemoryLimit, DEFAULT_IDLE_MINUTES, DEFAULT_MEMORY_LIMIT } from './memory-limit.ts';
import { findContainer, toContainer } from './to-container.ts';

export default implement(containers.create, (services) => async ({ body }, { principal, signal }) => {
  refuseUnserved(body);
  const { name, file_ids: fileIds = [], expires_after: expiry, memory_limit: memoryLimit } = body;
  const scope = services.repositories.forProject(principal.projectId);
  checkMemoryLimit(memoryLimit, 'memory_limit');
  for (const [index, id] of fileIds.entries()) await checkFile(scope, id, `file_ids[${index}]`);
  const id = services.ids('cntr_');
  await scope.containers.create({
    id,
    name,
    memoryLimit: memoryLimit ?? DEFAULT_MEMORY_LIMIT,
    idleMinutes: expiry?.minutes ?? DEFAULT_IDLE_MINUTES,
    createdAt: services.clock.now(),
  });
  try {
    await copyFiles({ services, scope, signal }, id, fileIds);
  } catch (error) {
    // A container without its files is of no use.
    await deleteContainer(services, scope, id);
    throw error;
  }
  return toContainer(await findContainer(scope, id));
});

/** @throws ApiError naming the parameter. */
function refuseUnserved({ skills, network_policy: policy }: CreateContainerBody): void {
  if ((skills ?? []).length > 0) {
    throw errors.unsupportedParameter('skills', 'Skills are not stored here. Leave it out.');
  }
  if (policy?.type === 'allowlist') {
    throw errors.unsupportedParameter('network_policy.type', 'Code in a container has no network.');
  }
}
