/** Last use and expiry of vector stores. */
import type { ProjectRepositories } from '../storage/repositories/repositories.ts';
import type { VectorStoreWithTotals } from '../storage/repositories/vector-stores.ts';

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

export function isExpired({ expiresAt }: Pick<VectorStoreWithTotals, 'expiresAt'>, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}
