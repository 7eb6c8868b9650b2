/** `GET /containers/{container_id}/files/{file_id}/content`: returns the bytes of the file, or a range of them. */
import { basename } from 'node:path';
import { containers } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { findMissingPart, readParts } from '../../files/read-parts.ts';
import { implement } from '../../handler.ts';
import { findRunningContainer } from '../to-container.ts';
import { findContainerFile } from './to-container-file.ts';

export default implement(containers.files.content, ({ repositories, blobs }) => async ({ params }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const { id: containerId } = await findRunningContainer(scope, params.container_id);
  const { id, path, bytes, blob } = await findContainerFile(scope.containers, containerId, params.file_id);
  // Checked first: after the headers are sent, no error can be reported.
  if ((await findMissingPart(blobs, [blob])) !== undefined) throw errors.fileContentMissing(`file '${id}'`);
  const contentType = 'application/octet-stream';
  return { contentType, bytes, filename: basename(path), tag: id, open: (range) => readParts(blobs, [blob], range) };
});
