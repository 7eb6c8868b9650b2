/** `POST /files`: the bytes are stored already when this runs; here they are checked and become a file. */
import { files } from '@selfsame/contract';
import type { ReceivedFile } from '../../lib/received-file.ts';
import { implement } from '../handler.ts';
import { checkLines } from './check-lines.ts';
import { keepFile } from './keep-file.ts';
import { toFile } from './to-file.ts';

export default implement(files.create, (services) => async ({ body }, { principal, signal }) => {
  // What a form brings as a file is one: the pipeline has seen to it.
  const received = body.file as ReceivedFile;
  const { filename, contentType, key, bytes, sha256 } = received;
  await checkLines({ filename, bytes, purpose: body.purpose }, () => services.blobs.read(key), signal);
  const record = await keepFile(services, principal.projectId, {
    filename,
    purpose: body.purpose,
    contentType,
    blobs: [{ key, bytes, sha256 }],
    lifetimeSeconds: body.expires_after?.seconds,
  });
  received.claim();
  return toFile(record);
});
