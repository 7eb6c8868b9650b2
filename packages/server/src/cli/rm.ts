/** `selfsame rm MODEL`: deletes a pulled model. */
import { removeInstalledModel } from '../models/supply/remove-model.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';

export async function removeModel(id: string, flags: SettingFlags): Promise<void> {
  const { path, bytes } = await removeInstalledModel(id, readConfig(flags).config);
  console.log(
    `${path} is deleted (${(bytes / 1e6).toFixed(0)} MB). A server that has it open keeps it until it is started again.`,
  );
}
