/** `POST /files`: checks the bytes, which are already stored, and creates the file. */
import { files } from '@selfsame/contract';
import type { ReceivedFile } from '../../lib/received-file.ts';
import { implement } from '../handler.ts';
import { checkLines } from './check-lines.ts';
import { createFile } from './create-file.ts';
import { toFile } from './to-file.ts';

export default implement(files.create, (services) => async ({ body }, { principal, signal }) => {
  // The pipeline has checked that the form field is a file.
  const received = body.file as ReceivedFile;
  const { filename, contentType, key, bytes, sha256 } = received;
  await checkLines({ filename, bytes, purpose: body.purpose }, () => services.blobs.read(key), signal);
  const record = await createFile(services, principal.projectId, {
    filename,
    purpose: body.purpose,
    contentType,
    blobs: [{ key, bytes, sha256 }],
    lifetimeSeconds: body.expires_after?.seconds,
  });
  received.claim();
  return toFile(record);
});
