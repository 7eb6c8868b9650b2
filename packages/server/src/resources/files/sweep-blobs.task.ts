/**
 * Deletes blobs without a record, which a crash leaves behind between writing a blob and its record, or between
 * deleting a record and its blob. Young blobs are kept for longer than any request takes, because their record may
 * still be written.
 */
import { defineSystemTask } from '../define-task.ts';

const HOUR_MS = 3_600_000;
const MIN_AGE_MS = 24 * HOUR_MS;
const BLOBS_PER_CHECK = 500;

export default defineSystemTask({
  name: 'files.sweep-blobs',
  everyMs: 6 * HOUR_MS,
  async run(_payload, { signal, repositories }, { blobs, clock }) {
    const old: string[] = [];
    let removed = 0;
    const sweep = async () => {
      const keys = old.splice(0);
      const owned = await repositories.files.ownedBlobs(keys);
      const orphans = keys.filter((key) => !owned.has(key));
      await blobs.delete(orphans);
      removed += orphans.length;
    };
    for await (const { key, writtenAt } of blobs.list()) {
      signal.throwIfAborted();
      if (writtenAt > clock.now() - MIN_AGE_MS) continue;
      old.push(key);
      if (old.length === BLOBS_PER_CHECK) await sweep();
    }
    await sweep();
    return removed;
  },
});
