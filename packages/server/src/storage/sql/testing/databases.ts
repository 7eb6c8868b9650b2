/**
 * For tests: every database that the storage runs on. A test of storage runs on all of them: `describeDatabases('jobs', (open) => …)`;
 * where one is missing, the run says so.
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
  /** What another process opens: a file or a URL. */
  place: { path: string } | { url: string };
}

export type OpenStorage = (clock: Clock, ids: IdSource) => Promise<StorageFixture>;

const DATABASES: Readonly<Record<DatabaseName, OpenStorage>> = {
  async SQLite(clock, ids) {
    const fixture = await openSqliteFixture(clock, ids);
    return { ...fixture, place: { path: fixture.path } };
  },
  async PostgreSQL(clock, ids) {
    const fixture = await openPostgresFixture(clock, ids);
    return { ...fixture, place: { url: fixture.url } };
  },
  async 'PostgreSQL with pgvector'(clock, ids) {
    const fixture = await openPostgresFixture(clock, ids, pgvectorBin);
    return { ...fixture, place: { url: fixture.url } };
  },
};

/** Why a database is not there. */
const MISSING: Readonly<Partial<Record<DatabaseName, string | undefined>>> = {
  PostgreSQL: postgresMissing,
  'PostgreSQL with pgvector': pgvectorBin === '' ? 'SELFSAME_TEST_PGVECTOR names no folder of its programs' : undefined,
};

export interface DescribeOptions {
  /** Whether pgvector makes a difference to what is tested. Default false. */
  pgvector?: boolean;
}

/** Runs `body` once per database, in a `describe` of its own. */
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
