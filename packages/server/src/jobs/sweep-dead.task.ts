/** Deletes dead jobs after 30 days. */
import { systemTask } from './task.ts';

const DAY_MS = 86_400_000;
const RETENTION_DAYS = 30;

export default systemTask<null>({
  name: 'jobs.sweep-dead',
  everyMs: DAY_MS,
  async run(_payload, { repositories }) {
    return repositories.jobs.sweepDead(RETENTION_DAYS * DAY_MS);
  },
});
