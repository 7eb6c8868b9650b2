import { containers } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { findContainer, toContainer } from './to-container.ts';

export default implement(
  containers.retrieve,
  ({ repositories }) =>
    async ({ params }, { principal }) =>
      toContainer(await findContainer(repositories.forProject(principal.projectId), params.container_id)),
);
