/** `POST /containers/{container_id}/files`: an upload, or a copy of a file of the project. */
import { containers } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import type { ReceivedFile } from '../../../lib/received-file.ts';
import { implement } from '../../handler.ts';
import { copyFile, putContainerFile, toPath } from '../copy-files.ts';
import { findRunningContainer } from '../to-container.ts';
import { toContainerFile } from './to-container-file.ts';

export default implement(containers.files.create, (services) => async ({ params, body }, { principal, signal }) => {
  const scope = services.repositories.forProject(principal.projectId);
  const { id } = await findRunningContainer(scope, params.container_id);
  const { file_id: fileId, file } = body as { file_id?: string; file?: unknown };
  if (file !== undefined && fileId !== undefined) {
    throw errors.invalidValue('file_id', "'file' and 'file_id' cannot be given at the same time.");
  }
  if (fileId !== undefined) return toContainerFile(await copyFile({ services, scope, signal }, id, { fileId }));
  if (file === undefined) throw errors.missingParameter('file');
  // The pipeline has checked that the form field is a file.
  const received = file as ReceivedFile;
  const { filename, key, bytes, sha256 } = received;
  const stored = await putContainerFile({ services, scope }, id, {
    path: toPath(filename),
    source: 'user',
    originFileId: null,
    blob: { key, bytes, sha256 },
  });
  received.claim();
  return toContainerFile(stored);
});
