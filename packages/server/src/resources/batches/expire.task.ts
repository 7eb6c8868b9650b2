/** Ends batches whose completion window has passed; their answers are kept. */
import { defineSystemTask } from '../define-task.ts';
import { endEarly } from './end-early.ts';

const EVERY_MS = 30_000;
const AT_ONCE = 100;

export default defineSystemTask({
  name: 'batches.expire',
  everyMs: EVERY_MS,
  async run(_payload, { signal, repositories: all }, { repositories, clock }) {
    let ended = 0;
    for (let more = true; more; ) {
      signal.throwIfAborted();
      const late = await all.batches.listExpired(AT_ONCE);
      for (const { id, projectId } of late) {
        const changes = { status: 'finalizing', finalizingAt: clock.now() } as const;
        await repositories.forProject(projectId).transaction((tx) => endEarly(tx, id, changes, 'expired'));
      }
      ended += late.length;
      more = late.length === AT_ONCE;
    }
    return ended;
  },
});
