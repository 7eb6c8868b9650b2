import SqliteFile from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SqliteConnection } from './connect-sqlite.ts';
import { createStatementCache } from './statement-cache.ts';

let connection: SqliteConnection;

beforeEach(() => {
  connection = new SqliteFile(':memory:');
  connection.exec('create table t (a); insert into t values (1), (2)');
});

afterEach(() => {
  connection.close();
});

it('prepares a statement once, and again while it is still being read', () => {
  const prepare = createStatementCache(connection);
  const all = prepare('select a from t');
  expect(prepare('select a from t')).toBe(all);
  const reading = all.iterate();
  reading.next();
  const second = prepare('select a from t');
  expect(second).not.toBe(all);
  expect(second.all()).toHaveLength(2);
  reading.return?.();
  expect(prepare('select a from t')).toBe(all);
});

it('keeps the statements that were used last, and follows a change of the schema', () => {
  const prepare = createStatementCache(connection);
  const first = prepare('select * from t');
  const old = prepare('select 0');
  for (let i = 1; i < 255; i += 1) prepare(`select ${i}`);
  expect(prepare('select * from t')).toBe(first);
  prepare('select 255');
  prepare('select 256');
  expect(prepare('select * from t')).toBe(first);
  expect(prepare('select 0')).not.toBe(old);
  connection.exec('alter table t add column b default 3');
  expect(first.all()).toEqual([
    { a: 1, b: 3 },
    { a: 2, b: 3 },
  ]);
});
