/** The storage of the settings, for one local command: works on the database directly, also while a server runs. */
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

/** A time as a column shows it, in UTC. */
export function toMinute(at: number | null): string {
  return at === null ? 'never' : new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
