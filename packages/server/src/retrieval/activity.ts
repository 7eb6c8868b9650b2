<<<<<<< HEAD:packages/server/src/retrieval/activity.ts
/** Last use and expiry of vector stores. */
import type { ProjectRepositories } from '../storage/repositories/repositories.ts';
import type { VectorStoreView } from '../storage/repositories/vector-stores.ts';
=======
/** When a store was last used, and when it therefore expires. */
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { VectorStoreWithTotals } from '../../storage/repositories/vector-stores.ts';
>>>>>>> ba94619 (docs(storage): state doors, records and SQL in plain terms):packages/server/src/resources/vector-stores/activity.ts

const DAY_MS = 24 * 3_600_000;
/** The last use is written at most this often. */
const PRECISION_MS = 60_000;

export function expiryOf(lastActiveAt: number, days: number | null): number | null {
  return days === null ? null : lastActiveAt + days * DAY_MS;
}

/** Records that the store is used now. */
export async function touchStore(
  { vectorStores }: Pick<ProjectRepositories, 'vectorStores'>,
  { id, lastActiveAt, expiresAfterDays }: VectorStoreWithTotals,
  now: number,
): Promise<void> {
  if (now - lastActiveAt < PRECISION_MS) return;
  await vectorStores.update(id, { lastActiveAt: now, expiresAt: expiryOf(now, expiresAfterDays) });
}

export function isExpired({ expiresAt }: Pick<VectorStoreView, 'expiresAt'>, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}
