/**
 * `POST /uploads/{upload_id}/parts`: adds a part. Parts may arrive in any order and in parallel; `complete` states
 * their order.
 */
import { uploads } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { toSeconds } from '../../../lib/clock.ts';
import type { ReceivedFile } from '../../../lib/received-file.ts';
import { checkQuota } from '../../files/create-file.ts';
import { implement } from '../../handler.ts';
import { findPendingUpload } from '../to-upload.ts';

export default implement(
  uploads.parts.create,
  ({ repositories, clock, ids, limits }) =>
    async ({ params, body }, { principal }) => {
      const scope = repositories.forProject(principal.projectId);
      const { id: uploadId } = await findPendingUpload(scope, params.upload_id, clock.now());
      // The pipeline has checked that the form field is a file.
      const received = body.data as ReceivedFile;
      const { key, bytes, sha256 } = received;
      const part = { id: ids('part_'), uploadId, createdAt: clock.now(), blob: { key, bytes, sha256 } };
      await scope.transaction(async (repositories) => {
        await checkQuota(repositories.files, bytes, limits);
        // The upload may have ended in the meantime.
        if (!(await repositories.uploads.addPart(part)))
          throw errors.uploadNotPending(uploadId, 'completed or cancelled');
      });
      received.claim();
      return {
        id: part.id,
        object: 'upload.part' as const,
        created_at: toSeconds(part.createdAt),
        upload_id: uploadId,
      };
    },
);
