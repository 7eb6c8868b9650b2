import SqliteFile from 'better-sqlite3';
import { expect, it } from 'vitest';
import { describeRepositories } from '../repositories/repositories.conformance.ts';
import { describeDatabases } from './testing/databases.ts';
import { watchUpdates } from './testing/watch-updates.ts';

const updates = watchUpdates(SqliteFile.prototype);

describeDatabases('repositories', (open) => describeRepositories(open), { pgvector: true });

/** Runs after the suite above and checks its updates. */
it('no update of a repository reads the rows that refer to the updated row by a foreign key', () => {
  expect([...updates.keys()].length).toBeGreaterThan(20);
  expect([...updates].filter(([, referring]) => referring.length > 0)).toEqual([]);
});
