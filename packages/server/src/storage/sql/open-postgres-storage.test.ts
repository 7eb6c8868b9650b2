import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { migratePostgres } from './dialects/postgres/migrate-postgres.ts';
import { openPostgresDatabase } from './dialects/postgres/open-postgres-database.ts';
import { type Migration, MigrationError, migrationsFolder, readMigrations } from './migrations.ts';
import { openPostgresStorage } from './open-postgres-storage.ts';
import { createPostgresDatabase, runOnPostgres } from './testing/postgres-fixture.ts';
import { postgresMissing } from './testing/postgres-server.ts';

const ids = createIdSource(systemClock);
const known = readMigrations(migrationsFolder('postgres'));
const next = (sql: string): Migration[] => [...known, { version: 9999, name: '9999-next', checksum: 'c', sql }];

describe('the migrations of both databases', () => {
  it('the migrations of both databases have the same numbers and names', () => {
    const names = (dialect: string) => readMigrations(migrationsFolder(dialect)).map(({ name }) => name);
    expect(names('postgres')).toEqual(names('sqlite'));
  });
});

describe.skipIf(postgresMissing !== undefined)('PostgreSQL storage', () => {
  let url: string;
  let drop: () => Promise<void>;
  beforeEach(async () => {
    ({ url, drop } = await createPostgresDatabase());
  });
  afterEach(() => drop());

  const open = () => openPostgresStorage({ url, clock: systemClock, ids });
  const openOnce = async () => (await open()).close();

  it('creates one installation and runs each migration once when a new database is opened in parallel', async () => {
    const opened = await Promise.all([open(), open(), open(), open()]);
    const installations = await Promise.all(opened.map((storage) => storage.system().installation.retrieve()));
    for (const installation of installations) expect(installation).toEqual(installations[0]);
    await Promise.all(opened.map((storage) => storage.close()));
    expect(await runOnPostgres(url, 'select count(*)::int as n from organizations')).toEqual([{ n: 1 }]);
    expect(await runOnPostgres(url, 'select count(*)::int as n from schema_migrations')).toEqual([{ n: known.length }]);
  });

  it('refuses a PostgreSQL database migrated by a newer release or by altered files', async () => {
    await openOnce();
    await runOnPostgres(url, "insert into schema_migrations values (9999, '9999-later', 'x', 0)");
    await expect(open()).rejects.toThrow(MigrationError);
    await expect(open()).rejects.toThrow(/schema version 9999/);
    await runOnPostgres(
      url,
      "delete from schema_migrations where version = 9999; update schema_migrations set checksum = 'x'",
    );
    await expect(open()).rejects.toThrow(/not the same any more/);
  });

  it('refuses a PostgreSQL database of another program, and leaves it unchanged', async () => {
    await runOnPostgres(url, 'create table notes (body text)');
    await expect(open()).rejects.toThrow(/tables of another program/);
    const tables = 'select table_name as name from information_schema.tables where table_schema = current_schema()';
    expect(await runOnPostgres(url, tables)).toEqual([{ name: 'notes' }]);
  });

  it('rolls back a PostgreSQL migration that fails half-way', async () => {
    await openOnce();
    const failing = next('create table half (a int); create table half (a int);');
    await expect(migratePostgres(url, failing, systemClock)).rejects.toThrow(/Migration 9999-next failed/);
    await migratePostgres(url, next('create table half (a int)'), systemClock);
  });

  it('orders ids byte by byte, independent of the locale of the database', async () => {
    const storage = await open();
    const { projects, organizations } = storage.system();
    for (const id of ['org-b', 'org-B', 'org-a', 'org-_']) await organizations.create({ id, name: id, createdAt: 1 });
    expect(await projects.retrieve('none')).toBeUndefined();
    await storage.close();
    const rows = await runOnPostgres(url, 'select id from organizations where name = id order by id');
    expect(rows.map(({ id }) => id)).toEqual(['org-B', 'org-_', 'org-a', 'org-b']);
  });

  it('runs a transaction again after the database aborted it for a deadlock', async () => {
    await openOnce();
    const database = await openPostgresDatabase(url);
    await database.write(async (writer) => {
      for (const id of ['org-1', 'org-2']) {
        await writer.insertInto('organizations').values({ id, name: '', created_at: 1 }).execute();
      }
    });
    let runs = 0;
    const both = Promise.withResolvers<void>();
    const rename = (first: string, second: string) =>
      database.write(async (writer) => {
        runs += 1;
        const set = (id: string) =>
          writer.updateTable('organizations').set({ name: first }).where('id', '=', id).execute();
        await set(first);
        if (runs === 2) both.resolve();
        await both.promise;
        await set(second);
      });
    await Promise.all([rename('org-1', 'org-2'), rename('org-2', 'org-1')]);
    // The aborted transaction may meet the other one again.
    expect(runs).toBeGreaterThanOrEqual(3);
    await database.close();
  });
});
