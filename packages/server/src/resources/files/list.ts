import { files } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { toPage } from '../to-page.ts';
import { toFile } from './to-file.ts';

export default implement(files.list, ({ repositories }) => async ({ query }, { principal }) => {
  const listed = await repositories.forProject(principal.projectId).files.list(query);
  return toPage(listed, toFile);
});
