/** `DELETE /containers/{container_id}`: deletes the container, its files and the state of its interpreter. */
import { containers } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';
import { deleteContainer } from './delete-container.ts';

export default implement(containers.delete, (services) => async ({ params: { container_id: id } }, { principal }) => {
  const scope = services.repositories.forProject(principal.projectId);
  if (!(await deleteContainer(services, scope, id))) throw errors.objectNotFound('Container', id, 'container_id');
  return { id, object: 'container.deleted' as const, deleted: true };
});
