/** Deletes streams a day after their end, or a week after their last event. */
import { systemTask } from '../jobs/task.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BATCH = 500;

export default systemTask<null>({
  name: 'events.sweep',
  everyMs: HOUR_MS,
  async run(_payload, { repositories, signal }) {
    const ages = { endedMs: DAY_MS, idleMs: 7 * DAY_MS, limit: BATCH };
    let removed = 0;
    for (let swept = BATCH; !signal.aborted && swept === BATCH; removed += swept) {
      swept = await repositories.events.sweep(ages);
    }
    return removed;
  },
});
