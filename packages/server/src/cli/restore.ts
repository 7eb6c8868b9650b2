/** `selfsame restore <folder>`: fills an empty database from a backup, of whichever database that was made. */
import { restore } from '../start/backup.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';

export async function restoreFrom(folder: string, flags: SettingFlags): Promise<void> {
  await restore(readConfig(flags).config, folder);
  console.log(`${folder} is restored.`);
}
