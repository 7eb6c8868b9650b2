/** `POST /uploads/{upload_id}/cancel`: deletes the parts; the upload accepts no more. */
import { uploads } from '@selfsame/contract';
import { errors } from '../../errors/catalogue.ts';
import { implement } from '../handler.ts';
import { findPendingUpload, toUpload } from './to-upload.ts';

export default implement(uploads.cancel, ({ repositories, blobs, clock }) => async ({ params }, { principal }) => {
  const scope = repositories.forProject(principal.projectId);
  const record = await findPendingUpload(scope, params.upload_id, clock.now());
  const orphans = await scope.uploads.end(record.id, 'cancelled');
  if (orphans === undefined) throw errors.uploadNotPending(record.id, 'completed or cancelled');
  await blobs.delete(orphans.map(({ key }) => key));
  return toUpload({ ...record, status: 'cancelled' });
});
