import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { migrateSqlite } from './dialects/sqlite/migrate-sqlite.ts';
import { openSqliteDatabase } from './dialects/sqlite/open-sqlite-database.ts';
import { ensureInstallation, installationRepository } from './installation.ts';
import { MigrationError, migrationsFolder, readMigrations } from './migrations.ts';
import { openSqliteStorage } from './open-sqlite-storage.ts';

describe('SQLite storage', () => {
  const clock = systemClock;
  const ids = createIdSource(clock);
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'selfsame-sqlite-'));
    path = join(folder, 'new', 'folder', 'selfsame.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = () => openSqliteStorage({ path, clock, ids });

  /** Runs SQL on the file over a separate connection. */
  function tamper(sql: string): void {
    const file = new SqliteFile(path);
    file.exec(sql);
    file.close();
  }

  async function openOnce(): Promise<void> {
    await (await open()).close();
  }

  it('creates the folder and the file readable by their owner only', async () => {
    await openOnce();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700);
  });

  it('creates one installation when a new file is opened several times in parallel', async () => {
    const opened = await Promise.all([open(), open(), open(), open()]);
    const installations = await Promise.all(opened.map((storage) => storage.system().installation.retrieve()));
    for (const installation of installations) expect(installation).toEqual(installations[0]);
    await Promise.all(opened.map((storage) => storage.close()));
    const file = new SqliteFile(path);
    expect(file.prepare('select count(*) from organizations').pluck().get()).toBe(1);
    expect(file.prepare('select count(*) from schema_migrations').pluck().get()).toBe(
      readMigrations(migrationsFolder('sqlite')).length,
    );
    file.close();
  });

  it('creates one installation when two processes start on a new file at the same time', async () => {
    await migrateSqlite(path, readMigrations(migrationsFolder('sqlite')), clock);
    const databases = await Promise.all([openSqliteDatabase(path), openSqliteDatabase(path)]);
    await Promise.all(databases.map((database) => ensureInstallation(database, clock, ids)));
    const [first, second] = databases.map((database) => installationRepository(database));
    expect(await first?.retrieve()).toEqual(await second?.retrieve());
    await Promise.all(databases.map((database) => database.close()));
  });

  it('leaves no WAL after closing, so that a copy of the file is complete', async () => {
    await openOnce();
    expect(() => statSync(`${path}-wal`)).toThrow(/ENOENT/);
    const file = new SqliteFile(path, { readonly: true });
    expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(file.pragma('journal_mode', { simple: true })).toBe('wal');
    file.close();
  });

  it('refuses a SQLite database migrated by a newer release, and names both versions', async () => {
    await openOnce();
    tamper("insert into schema_migrations values (9998, '9998-later', 'x', 0), (9999, '9999-later', 'y', 0)");
    await expect(open()).rejects.toThrow(MigrationError);
    await expect(open()).rejects.toThrow(/schema version 9999, and this program knows versions up to \d+:/);
  });

  it('refuses a SQLite database whose applied migration differs from the file of the program', async () => {
    await openOnce();
    tamper("update schema_migrations set checksum = 'other' where version = 1");
    await expect(open()).rejects.toThrow(/Migration 0001-tenancy was applied .* not the same any more/);
  });

  it('refuses a SQLite file of another program, and leaves it unchanged', async () => {
    path = join(folder, 'other.sqlite');
    tamper('create table notes (text)');
    await expect(open()).rejects.toThrow(/database of another program/);
    const file = new SqliteFile(path);
    expect(file.prepare("select name from sqlite_master where type = 'table'").pluck().all()).toEqual(['notes']);
    file.close();
  });

  it('refuses a file that is not a SQLite database', async () => {
    path = join(folder, 'letter.txt');
    writeFileSync(path, 'Dear reader, '.repeat(500));
    await expect(open()).rejects.toThrow(/letter\.txt is not a SQLite database/);
  });

  it('rolls back a migration that fails half-way or leaves dangling references', async () => {
    await openOnce();
    const known = readMigrations(migrationsFolder('sqlite'));
    const failing = (sql: string) => [...known, { version: 9999, name: 'next', checksum: 'c', sql }];
    const halfway = failing('create table half (a); create table half (a);');
    await expect(migrateSqlite(path, halfway, clock)).rejects.toThrow(
      /Migration next failed: table half already exists/,
    );
    const dangling = failing("update projects set organization_id = 'org-none'");
    await expect(migrateSqlite(path, dangling, clock)).rejects.toThrow(/references to rows that do not exist/);
    await migrateSqlite(path, failing('create table half (a)'), clock);
  });

  it('waits for the write lock of another process without blocking the event loop', async () => {
    const storage = await open();
    const other = new SqliteFile(path);
    other.exec('begin immediate');
    let ticks = 0;
    const ticking = setInterval(() => {
      ticks += 1;
    }, 5);
    setTimeout(() => other.exec('commit'), 300);
    await storage.system().organizations.create({ id: 'org-waited', name: 'Waited', createdAt: 1 });
    clearInterval(ticking);
    other.close();
    expect(ticks).toBeGreaterThan(1);
    expect(await storage.system().organizations.retrieve('org-waited')).toBeDefined();
    await storage.close();
  });

  it('keeps reading while another process holds the write lock', async () => {
    const storage = await open();
    const other = new SqliteFile(path);
    other.exec('begin immediate');
    await storage.ping();
    expect(await storage.system().apiKeys.list()).toEqual([]);
    other.close();
    await storage.close();
  });
});
