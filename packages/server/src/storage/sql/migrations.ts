/**
 * Reads the numbered migrations of a dialect and determines the pending ones. Invariant: the migrations applied to a
 * database are a prefix of those of the program, byte for byte; anything else is refused. Numbers may have gaps;
 * migrations run in order.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface AppliedMigration {
  /** 1 or more, ascending. */
  version: number;
  /** File name without `.sql`, e.g. `0001-tenancy`. */
  name: string;
  /** SHA-256 of the file, hexadecimal. */
  checksum: string;
}

export interface Migration extends AppliedMigration {
  sql: string;
}

/** The database does not match the program. The message names the file, the reason and the remedy. */
export class MigrationError extends Error {
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

const FILE_NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;

/** The folder of the migrations of `dialect` in this package. */
export function migrationsFolder(dialect: string): string {
  return fileURLToPath(new URL(`../../../migrations/${dialect}/`, import.meta.url));
}

/** Reads all migrations of a folder in order. Throws MigrationError for a wrong name or a duplicate number. */
export function readMigrations(folder: string): Migration[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));
  let last = 0;
  return files.toSorted().map((file) => {
    const version = Number(FILE_NAME.exec(file)?.[1]);
    if (!(version > last)) {
      throw new MigrationError(
        `Migration file ${join(folder, file)}: expected a name like 0012-what-it-does.sql with a number of its own.`,
      );
    }
    last = version;
    // A checkout with Windows line endings has the same checksum.
    const sql = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    return {
      version,
      name: file.slice(0, -'.sql'.length),
      checksum: createHash('sha256').update(sql).digest('hex'),
      sql,
    };
  });
}

/** Pending migrations in order. `location` names the database in errors. */
export function pendingMigrations(
  applied: readonly AppliedMigration[],
  known: readonly Migration[],
  location: string,
): Migration[] {
  const newest = applied.at(-1)?.version ?? 0;
  const newestKnown = known.at(-1)?.version ?? 0;
  if (newest > newestKnown) {
    throw new MigrationError(
      `The database ${location} has schema version ${newest}, and this program knows versions up to ${newestKnown}: ` +
        'it was used by a newer release. Start that release again, or point this one at another database.',
    );
  }
  for (const [index, row] of applied.entries()) {
    const migration = known[index];
    if (migration === undefined || row.version !== migration.version) {
      const missing = migration === undefined ? row.version : Math.min(row.version, migration.version);
      throw new MigrationError(
        `The database ${location} and this program disagree about migration ${missing}, although later ones were applied.`,
      );
    }
    if (row.checksum !== migration.checksum || row.name !== migration.name) {
      throw new MigrationError(
        `Migration ${row.name} was applied to the database ${location}, and the program's file ${migration.name}.sql is not ` +
          'the same any more. Restore the released file; a change of the schema is a new migration.',
      );
    }
  }
  return known.slice(applied.length);
}
