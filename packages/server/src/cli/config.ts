/** `selfsame config show`. */
import { describeConfig } from '../config/load.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';
import { table } from './table.ts';

export function showConfig(flags: SettingFlags): void {
  const rows = describeConfig(readConfig(flags)).map(({ name, value, origin, env, about }) => [
    name,
    value,
    origin,
    env,
    about,
  ]);
  console.log(table(['setting', 'value', 'from', 'variable', 'meaning'], rows));
}
