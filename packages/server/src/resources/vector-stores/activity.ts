/** When a store was last used, and when it therefore expires. */
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { VectorStoreView } from '../../storage/repositories/vector-stores.ts';

const DAY_MS = 24 * 3_600_000;
/** A store that is searched all the time is written this often. */
const PRECISION_MS = 60_000;

export function expiryOf(lastActiveAt: number, days: number | null): number | null {
  return days === null ? null : lastActiveAt + days * DAY_MS;
}

/** Says that the store is used now. */
export async function touchStore(
  { vectorStores }: Pick<ProjectRepositories, 'vectorStores'>,
  { id, lastActiveAt, expiresAfterDays }: VectorStoreView,
  now: number,
): Promise<void> {
  if (now - lastActiveAt < PRECISION_MS) return;
  await vectorStores.update(id, { lastActiveAt: now, expiresAt: expiryOf(now, expiresAfterDays) });
}
