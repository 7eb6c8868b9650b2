/** The schema of the configured database: how it stands, and bringing it up to date without starting a server. */
import { systemClock } from '../lib/clock.ts';
import { knownMigrations, migrateDatabase, type SchemaStatus, schemaStatus } from '../storage/sql/database-location.ts';
import { databasePlace, type StoragePlace } from './storage.ts';

/** Nothing is written. */
export function databaseStatus(place: StoragePlace): Promise<SchemaStatus> {
  return schemaStatus(databasePlace(place));
}

/** What every start does first. Answers the names of the migrations that were run. */
export async function migrate(place: StoragePlace): Promise<string[]> {
  const { pending } = await databaseStatus(place);
  const database = databasePlace(place);
  await migrateDatabase(database, knownMigrations(database), systemClock);
  return pending.map(({ name }) => name);
}
