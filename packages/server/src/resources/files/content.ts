/** `GET /files/{file_id}/content`: the bytes as they were sent, or a range of them. */
import { files } from '@selfsame/contract';
import { implement } from '../handler.ts';
import { findFile } from './find-file.ts';
import { readParts } from './read-parts.ts';

export default implement(files.content, ({ repositories, blobs }) => async ({ params }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { id, bytes, filename, contentType } = await findFile(scope, params.file_id);
  const parts = await scope.files.listBlobs(id);
  return { contentType, bytes, filename, tag: id, open: (range) => readParts(blobs, parts, range) };
});
