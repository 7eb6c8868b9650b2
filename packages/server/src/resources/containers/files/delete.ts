import { containers } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { implement } from '../../handler.ts';
import { findRunningContainer } from '../to-container.ts';

/** The interpreter loses the file before its next code. */
export default implement(
  containers.files.delete,
  ({ repositories, blobs }) =>
    async ({ params: { container_id: id, file_id: fileId } }, { principal }) => {
      const scope = repositories.forProject(principal.projectId);
      await findRunningContainer(scope, id);
      const freed = await scope.containers.deleteFile(id, fileId);
      if (freed === undefined) throw errors.objectNotFound('Container file', fileId, 'file_id');
      await blobs.delete(freed.map(({ key }) => key));
      return { id: fileId, object: 'container.file.deleted' as const, deleted: true };
    },
);
