/** Runs that nobody asks for end at their time too. */
import { defineSystemTask } from '../../define-task.ts';
import { expireRun } from './expire-run.ts';

const EVERY_MS = 10_000;
const BATCH = 100;

export default defineSystemTask({
  name: 'threads.runs.expire',
  everyMs: EVERY_MS,
  async run(_payload, { repositories, signal }, services) {
    for (let ended = 0; ; ) {
      const due = await repositories.runs.listExpired(BATCH);
      for (const { id, projectId, threadId } of due) {
        if (signal.aborted) return ended;
        const place = { threadId, runId: id };
        await services.repositories.forProject(projectId).transaction((inside) => expireRun(inside, services, place));
      }
      ended += due.length;
      if (due.length < BATCH) return ended;
    }
  },
});
