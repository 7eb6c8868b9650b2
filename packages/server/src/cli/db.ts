/** `selfsame db status|migrate`: the schema of the configured database. */
import { databaseStatus, migrate } from '../start/database.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';

export async function showDatabase(flags: SettingFlags): Promise<void> {
  const { location, applied, pending } = await databaseStatus(readConfig(flags).config);
  console.log(`${location}: schema version ${applied.at(-1)?.version ?? 0}`);
  for (const { name } of applied) console.log(`  applied  ${name}`);
  for (const { name } of pending) console.log(`  pending  ${name}`);
}

export async function migrateDatabase(flags: SettingFlags): Promise<void> {
  const ran = await migrate(readConfig(flags).config);
  console.log(ran.length === 0 ? 'The schema is up to date.' : `Ran ${ran.join(', ')}.`);
}
