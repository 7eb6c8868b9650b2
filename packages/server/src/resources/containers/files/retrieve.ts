import { containers } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { findRunningContainer } from '../to-container.ts';
import { findContainerFile, toContainerFile } from './to-container-file.ts';

export default implement(containers.files.retrieve, ({ repositories }) => async ({ params }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { id } = await findRunningContainer(scope, params.container_id);
  return toContainerFile(await findContainerFile(scope.containers, id, params.file_id));
});
