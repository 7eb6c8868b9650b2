import { containers } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { toPage } from '../to-page.ts';
import { toContainer } from './to-container.ts';

export default implement(containers.list, ({ repositories }) => async ({ query }, { principal }) => {
  const listed = await repositories.forProject(principal.projectId).containers.list(query);
  return toPage(listed, toContainer);
});
