import { files } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { findFile } from './find-file.ts';
import { toFile } from './to-file.ts';

export default implement(
  files.retrieve,
  ({ repositories }) =>
    async ({ params }, { principal }) =>
      toFile(await findFile(repositories.forProject(principal.projectId), params.file_id)),
);
