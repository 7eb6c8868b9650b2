/**
 * For tests: the databases that the storage supports. A test of storage runs on all of them: `describeDatabases('jobs',
 * (open) => …)`. A missing database is reported as not tested.
 */
import { describe } from 'vitest';
import type { Clock } from '../../../lib/clock.ts';
import type { IdSource } from '../../../lib/ids.ts';
import type { RepositoriesFixture } from '../../repositories/testing/cases.ts';
import { openPostgresFixture } from './postgres-fixture.ts';
import { pgvectorBin, postgresMissing } from './postgres-server.ts';
import { openSqliteFixture } from './sqlite-fixture.ts';

export type DatabaseName = 'SQLite' | 'PostgreSQL' | 'PostgreSQL with pgvector';

export interface StorageFixture extends RepositoriesFixture {
  /** Location for other processes: a file or a URL. */
  location: { path: string } | { url: string };
}

export type OpenStorage = (clock: Clock, ids: IdSource) => Promise<StorageFixture>;

const DATABASES: Readonly<Record<DatabaseName, OpenStorage>> = {
  async SQLite(clock, ids) {
    const fixture = await openSqliteFixture(clock, ids);
    return { ...fixture, location: { path: fixture.path } };
  },
  async PostgreSQL(clock, ids) {
    const fixture = await openPostgresFixture(clock, ids);
    return { ...fixture, location: { url: fixture.url } };
  },
  async 'PostgreSQL with pgvector'(clock, ids) {
    const fixture = await openPostgresFixture(clock, ids, pgvectorBin);
    return { ...fixture, location: { url: fixture.url } };
  },
};

/** The reason why a database is missing. */
const MISSING: Readonly<Partial<Record<DatabaseName, string | undefined>>> = {
  PostgreSQL: postgresMissing,
  'PostgreSQL with pgvector': pgvectorBin === '' ? 'SELFSAME_TEST_PGVECTOR names no folder of its programs' : undefined,
};

export interface DescribeOptions {
  /** Whether the tests depend on pgvector. Default false. */
  pgvector?: boolean;
}

/** Runs `body` once per database, each in a separate `describe`. */
export function describeDatabases(
  subject: string,
  body: (open: OpenStorage, name: DatabaseName) => void,
  { pgvector = false }: DescribeOptions = {},
): void {
  for (const [name, open] of Object.entries(DATABASES) as [DatabaseName, OpenStorage][]) {
    if (name === 'PostgreSQL with pgvector' && !pgvector) continue;
    const missing = MISSING[name];
    if (missing === undefined) {
      describe(`${subject} on ${name}`, () => body(open, name));
      continue;
    }
    console.warn(`NOT TESTED: ${subject} on ${name}, because ${missing}.`);
    describe.skip(`${subject} on ${name} (not tested: ${missing})`, () => body(open, name));
  }
}
