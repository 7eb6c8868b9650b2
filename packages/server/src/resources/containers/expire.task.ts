/** Deletes the files of expired containers and ends their interpreters. Reads hide them from the moment of expiry. */
import { defineSystemTask } from '../define-task.ts';

const MINUTE_MS = 60_000;
const PER_PAGE = 100;

export default defineSystemTask({
  name: 'containers.expire',
  everyMs: MINUTE_MS,
  async run(_payload, { signal, repositories: all }, { repositories, blobs, interpreters }) {
    let ended = 0;
    for (let more = true; more && !signal.aborted; ) {
      const expired = await all.containers.listExpired(PER_PAGE);
      for (const { id, projectId } of expired) {
        await interpreters.end(id);
        const freed = await repositories.forProject(projectId).containers.expire(id);
        await blobs.delete((freed ?? []).map(({ key }) => key));
      }
      ended += expired.length;
      more = expired.length === PER_PAGE;
    }
    signal.throwIfAborted();
    return ended;
  },
});
