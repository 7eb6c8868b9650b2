/** Reads and migrates the schema of the configured database without starting a server. */
import { systemClock } from '../lib/clock.ts';
import { knownMigrations, migrateDatabase, type SchemaStatus, schemaStatus } from '../storage/sql/database-location.ts';
import { databasePlace, type StoragePlace } from './storage.ts';

/** Writes nothing. */
export function databaseStatus(place: StoragePlace): Promise<SchemaStatus> {
  return schemaStatus(databasePlace(place));
}

/** Runs the pending migrations, as every start does, and returns their names. */
export async function migrate(place: StoragePlace): Promise<string[]> {
  const { pending } = await databaseStatus(place);
  const database = databasePlace(place);
  await migrateDatabase(database, knownMigrations(database), systemClock);
  return pending.map(({ name }) => name);
}
