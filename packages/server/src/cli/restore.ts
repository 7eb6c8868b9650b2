/**
 * `selfsame restore <folder>`: fills an empty database from a backup, which may come from the other kind of database.
 */
import { restore } from '../start/backup.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';

export async function restoreFrom(folder: string, flags: SettingFlags): Promise<void> {
  await restore(readConfig(flags).config, folder);
  console.log(`${folder} is restored.`);
}
