/** Deletes expired files and ends expired uploads to free storage. Reads hide them from the moment of expiry. */
import { defineSystemTask } from '../define-task.ts';
import { removeFromStores } from '../vector-stores/remove-from-stores.ts';

const MINUTE_MS = 60_000;
const PER_PAGE = 100;

export default defineSystemTask({
  name: 'files.expire',
  everyMs: MINUTE_MS,
  async run(_payload, { signal, repositories: all }, { repositories, blobs }) {
    const { files, uploads } = all;
    let ended = 0;
    for (let more = true; more && !signal.aborted; ) {
      const expired = await files.listExpired(PER_PAGE);
      const expiredUploads = await uploads.listExpired(PER_PAGE);
      for (const { id, projectId } of expired) {
        const orphans = await repositories.forProject(projectId).transaction(async (tx) => {
          await removeFromStores(tx, id);
          return tx.files.delete(id);
        });
        await blobs.delete((orphans ?? []).map(({ key }) => key));
      }
      for (const { id, projectId } of expiredUploads) {
        const orphans = await repositories.forProject(projectId).uploads.end(id, 'expired');
        await blobs.delete((orphans ?? []).map(({ key }) => key));
      }
      ended += expired.length + expiredUploads.length;
      more = expired.length === PER_PAGE || expiredUploads.length === PER_PAGE;
    }
    signal.throwIfAborted();
    return ended;
  },
});
