/** Deletes files and ends uploads whose time is over. Reads hide them from their second on; this gives the room back. */
import { defineSystemTask } from '../define-task.ts';
import { leaveStores } from '../vector-stores/leave-stores.ts';

const MINUTE_MS = 60_000;
const AT_ONCE = 100;

export default defineSystemTask({
  name: 'files.expire',
  everyMs: MINUTE_MS,
  async run(_payload, { signal, repositories: all }, { repositories, blobs }) {
    const { files, uploads } = all;
    let ended = 0;
    for (let more = true; more && !signal.aborted; ) {
      const expired = await files.listExpired(AT_ONCE);
      const late = await uploads.listExpired(AT_ONCE);
      for (const { id, projectId } of expired) {
        const orphans = await repositories.forProject(projectId).transaction(async (tx) => {
          await leaveStores(tx, id);
          return tx.files.delete(id);
        });
        await blobs.delete((orphans ?? []).map(({ key }) => key));
      }
      for (const { id, projectId } of late) {
        const orphans = await repositories.forProject(projectId).uploads.end(id, 'expired');
        await blobs.delete((orphans ?? []).map(({ key }) => key));
      }
      ended += expired.length + late.length;
      more = expired.length === AT_ONCE || late.length === AT_ONCE;
    }
    signal.throwIfAborted();
    return ended;
  },
});
