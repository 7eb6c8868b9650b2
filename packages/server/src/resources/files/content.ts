/** `GET /files/{file_id}/content`: returns the uploaded bytes, or a range of them. */
import { files } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';
import { findFile } from './find-file.ts';
import { findMissingPart, readParts } from './read-parts.ts';

export default implement(files.content, ({ repositories, blobs }) => async ({ params }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { id, bytes, filename, contentType } = await findFile(scope, params.file_id);
  const parts = await scope.files.listBlobs(id);
  // Checked first: after the headers are sent, no error can be reported.
  if ((await findMissingPart(blobs, parts)) !== undefined) throw errors.fileContentMissing(`file '${id}'`);
  return { contentType, bytes, filename, tag: id, open: (range) => readParts(blobs, parts, range) };
});
