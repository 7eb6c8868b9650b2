/** Opens the configured database for a local command; servers may keep running. */
import { openStorage } from '../start/storage.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';

export type Storage = Awaited<ReturnType<typeof openStorage>>;

export async function withStorage(flags: SettingFlags, use: (storage: Storage) => Promise<void>): Promise<void> {
  const storage = await openStorage(readConfig(flags).config);
  try {
    await use(storage);
  } finally {
    await storage.apiKeys.flush();
    await storage.repositories.close();
  }
}

/** Formats a time for a table, in UTC. */
export function toMinute(at: number | null): string {
  return at === null ? 'never' : new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
