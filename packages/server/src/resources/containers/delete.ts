/** `DELETE /containers/{container_id}`: deletes the container, its files and the state of its interpreter. */
import { containers } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';

export default implement(
  containers.delete,
  ({ repositories, blobs, interpreters }) =>
    async ({ params: { container_id: id } }, { principal }) => {
      const freed = await repositories.forProject(principal.projectId).containers.delete(id);
      if (freed === undefined) throw errors.objectNotFound('Container', id, 'container_id');
      await interpreters.end(id);
      await blobs.delete(freed.map(({ key }) => key));
      return { id, object: 'container.deleted' as const, deleted: true };
    },
);
