import { containers } from '@selfsame/contract';
import { implement } from '../../handler.ts';
import { toPage } from '../../to-page.ts';
import { findRunningContainer } from '../to-container.ts';
import { toContainerFile } from './to-container-file.ts';

export default implement(containers.files.list, ({ repositories }) => async ({ params, query }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { id } = await findRunningContainer(scope, params.container_id);
  return toPage(await scope.containers.listFiles(id, query), toContainerFile);
});
