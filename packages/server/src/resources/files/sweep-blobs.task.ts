/**
 * Deletes bytes that no record owns: what a crash left between writing bytes and writing their record, or between deleting a record and
 * its bytes. A blob is left alone for longer than any request may take, for its record may be on its way.
 */
import { defineSystemTask } from '../define-task.ts';

const HOUR_MS = 3_600_000;
const YOUNG_MS = 24 * HOUR_MS;
const AT_ONCE = 500;

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
      if (writtenAt > clock.now() - YOUNG_MS) continue;
      old.push(key);
      if (old.length === AT_ONCE) await sweep();
    }
    await sweep();
    return removed;
  },
});
