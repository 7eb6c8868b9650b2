/**
 * Backups of records: a file of JSON lines in the same format for every database, so that a backup of one kind can be
 * restored into another. Invariants: a backup is a consistent snapshot, complete or absent; a restore fills an empty
 * database or changes nothing, and then migrates it.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Clock } from '../../lib/clock.ts';
import {
  type DatabaseLocation,
  knownMigrations,
  migrateDatabase,
  openStoredRows,
  schemaStatus,
} from './database-location.ts';
import { MigrationError } from './migrations.ts';
import type { Row, TableRows } from './stored-rows.ts';

const FORMAT = 'selfsame-backup-1';
const ROWS_AT_ONCE = 500;

interface Header {
  format: string;
  /** Number of the last migration applied to the rows. */
  schemaVersion: number;
  createdAt: number;
}

/** The file is not a backup, or the database is not empty. The message names the reason and the remedy. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** Every table that a migration creates, in that order, so that a table follows those that it references. */
function tablesOf(location: DatabaseLocation): string[] {
  return knownMigrations(location).flatMap(({ sql }) =>
    [...sql.matchAll(/^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/gim)].map((match) => match[1] ?? ''),
  );
}

const toJson = (row: Row) =>
  JSON.stringify(row, (_key, value: unknown) =>
    value instanceof Uint8Array ? { $base64: Buffer.from(value).toString('base64') } : value,
  );

function fromJson(text: string): Row {
  return JSON.parse(text, (_key, value: unknown) => {
    const bytes = typeof value === 'object' && value !== null && '$base64' in value ? value.$base64 : undefined;
    return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : value;
  }) as Row;
}

async function writeAll(file: FileHandle, location: DatabaseLocation, header: Header): Promise<number> {
  const stored = await openStoredRows(location);
  let count = 0;
  try {
    await file.write(`${JSON.stringify(header)}\n`);
    for await (const { table, rows } of stored.read(tablesOf(location))) {
      await file.write(rows.map((row) => `${JSON.stringify(table)} ${toJson(row)}\n`).join(''));
      count += rows.length;
    }
    await file.write('end\n');
    await file.sync();
    return count;
  } finally {
    await stored.close();
  }
}

/**
 * Writes to `path`, which must not exist, readable by its owner only. Servers may keep running. Returns the number of
 * records.
 */
export async function backupRecords(location: DatabaseLocation, path: string, clock: Clock): Promise<number> {
  const { applied } = await schemaStatus(location);
  const schemaVersion = applied.at(-1)?.version;
  if (schemaVersion === undefined) throw new BackupError('There is nothing to back up: the database is empty.');
  const part = `${path}.part`;
  const file = await open(part, 'w', 0o600);
  try {
    const count = await writeAll(file, location, { format: FORMAT, schemaVersion, createdAt: clock.now() });
    await rename(part, path);
    return count;
  } finally {
    await file.close();
  }
}

async function readHeader(path: string): Promise<Header> {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    try {
      const header = JSON.parse(line) as Header;
      if (header.format === FORMAT) return header;
    } catch {
      // A line that is not JSON is not the header of a backup.
    }
    break;
  }
  throw new BackupError(`${path} is not a backup of this program.`);
}

async function* readRows(path: string): AsyncGenerator<TableRows> {
  let group: TableRows = { table: '', rows: [] };
  let first = true;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    if (first) {
      first = false;
      continue;
    }
    if (line === 'end') {
      yield group;
      return;
    }
    const space = line.indexOf(' ');
    const table = JSON.parse(line.slice(0, space)) as string;
    if (table !== group.table || group.rows.length === ROWS_AT_ONCE) {
      yield group;
      group = { table, rows: [] };
    }
    group.rows.push(fromJson(line.slice(space + 1)));
  }
  throw new BackupError(`${path} is cut short: its end is missing.`);
}

/**
 * Throws BackupError when the backup is incomplete or the database is not empty, MigrationError when the backup is from
 * a newer release.
 */
export async function restoreRecords(location: DatabaseLocation, path: string, clock: Clock): Promise<void> {
  const { schemaVersion } = await readHeader(path);
  const known = knownMigrations(location);
  const newest = known.at(-1)?.version ?? 0;
  if (schemaVersion > newest) {
    throw new MigrationError(
      `${path} has schema version ${schemaVersion}, and this program knows versions up to ${newest}: it was made by a newer release.`,
    );
  }
  const { applied } = await schemaStatus(location);
  const tables = tablesOf(location);
  // The rows have the schema of the backup. Later migrations run after they are inserted.
  const atBackup = known.filter(({ version }) => version <= schemaVersion);
  if ((applied.at(-1)?.version ?? 0) <= schemaVersion) await migrateDatabase(location, atBackup, clock);
  const stored = await openStoredRows(location);
  try {
    if ((applied.at(-1)?.version ?? 0) > schemaVersion || (await stored.anyRow(tables))) {
      throw new BackupError('The database is not empty. Restore into a new data folder, or a new PostgreSQL database.');
    }
    await stored.write(readRows(path));
  } finally {
    await stored.close();
  }
  await migrateDatabase(location, known, clock);
}
