/** `selfsame config show|check|schema`. */
import { describeConfig } from '../config/describe.ts';
import { configSchema } from '../config/schema.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';
import { table } from './table.ts';

export function showConfig(flags: SettingFlags): void {
  const loaded = readConfig(flags);
  const rows = describeConfig(loaded).map(({ name, value, origin, env, about }) => [name, value, origin, env, about]);
  if (loaded.file !== undefined) console.log(`${loaded.file}\n`);
  console.log(table(['setting', 'value', 'from', 'variable', 'meaning'], rows));
}

/** Prints every problem; the exit status is 1 if there is one. */
export function checkConfig(flags: SettingFlags): void {
  const { file, origins } = readConfig(flags);
  const given = Object.values(origins).filter((origin) => origin !== 'default').length;
  console.log(`${file ?? 'No configuration file here'}: ${given} settings given, all usable.`);
}

export function printConfigSchema(): void {
  console.log(JSON.stringify(configSchema(), null, 2));
}
