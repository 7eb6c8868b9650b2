/** `selfsame backup <folder>`: copies the installation's records and blobs; servers may keep running. */
import { backup } from '../start/backup.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';

export async function backUp(folder: string, flags: SettingFlags): Promise<void> {
  const { records, blobs } = await backup(readConfig(flags).config, folder);
  console.log(
    `${folder} holds ${records} records and ${blobs} blobs. It has all that the installation knows: keep it as safe.`,
  );
}
