/** Expires the runs that no request asks for. */
import { defineSystemTask } from '../../define-task.ts';
import { expireRun } from './expire-run.ts';

const INTERVAL_MS = 10_000;
const BATCH_SIZE = 100;

export default defineSystemTask({
  name: 'threads.runs.expire',
  everyMs: INTERVAL_MS,
  async run(_payload, { repositories, signal }, services) {
    for (let ended = 0; ; ) {
      const due = await repositories.runs.listExpired(BATCH_SIZE);
      for (const { id, projectId, threadId } of due) {
        if (signal.aborted) return ended;
        const ref = { threadId, runId: id };
        await services.repositories.forProject(projectId).transaction((tx) => expireRun(tx, services, ref));
      }
      ended += due.length;
      if (due.length < BATCH_SIZE) return ended;
    }
  },
});
