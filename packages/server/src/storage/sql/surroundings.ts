/** What repositories need besides the database. */
import type { Clock } from '../../lib/clock.ts';
import type { IdSource } from '../../lib/ids.ts';

export interface Surroundings {
  clock: Clock;
  ids: IdSource;
}
