import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectSqlite, createSqliteFile, retryWhileBusy } from './connect-sqlite.ts';

const SYNCHRONOUS_FULL = 2;

describe('a SQLite connection', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'selfsame-connect-'));
    path = join(folder, 'selfsame.sqlite');
    createSqliteFile(path);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('syncs every commit to the disk before it is acknowledged, and checks foreign keys', async () => {
    const connection = await connectSqlite(path, { readonly: false });
    const read = (pragma: string) => connection.pragma(pragma, { simple: true });
    expect(read('synchronous')).toBe(SYNCHRONOUS_FULL);
    expect(read('journal_mode')).toBe('wal');
    expect(read('foreign_keys')).toBe(1);
    expect(read('trusted_schema')).toBe(0);
    connection.close();
  });

  it('refuses writes on a read-only connection', async () => {
    (await connectSqlite(path, { readonly: false })).close();
    const connection = await connectSqlite(path, { readonly: true });
    expect(() => connection.exec('create table t (a)')).toThrow(/readonly/);
    connection.close();
  });

  it('fails with the error of SQLite when a lock is never released', async () => {
    const holder = await connectSqlite(path, { readonly: false });
    const waiter = await connectSqlite(path, { readonly: false });
    holder.exec('begin immediate');
    const waiting = retryWhileBusy(() => waiter.exec('begin immediate'), 60);
    await expect(waiting).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    holder.close();
    waiter.close();
  });

  it('does not retry other errors than a busy database', async () => {
    const connection = await connectSqlite(path, { readonly: false });
    connection.exec('create table t (a integer primary key)');
    let tries = 0;
    const insert = () => {
      tries += 1;
      connection.exec('insert into t values (1), (1)');
    };
    await expect(retryWhileBusy(insert)).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
    expect(tries).toBe(1);
    connection.close();
  });
});
