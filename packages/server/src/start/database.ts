/** Reads and migrates the schema of the configured database without starting a server. */
import { systemClock } from '../lib/clock.ts';
import { knownMigrations, migrateDatabase, type SchemaStatus, schemaStatus } from '../storage/sql/database-location.ts';
import { databaseLocation, type StorageSettings } from './storage.ts';

/** Writes nothing. */
export function databaseStatus(settings: StorageSettings): Promise<SchemaStatus> {
  return schemaStatus(databaseLocation(settings));
}

/** Runs the pending migrations, as every start does, and returns their names. */
export async function migrate(settings: StorageSettings): Promise<string[]> {
  const { pending } = await databaseStatus(settings);
  const database = databaseLocation(settings);
  await migrateDatabase(database, knownMigrations(database), systemClock);
  return pending.map(({ name }) => name);
}
