import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { BackupError, backupRecords, restoreRecords } from './backup.ts';
import { type DatabaseLocation, openStoredRows, schemaStatus } from './database-location.ts';
import { migrationsFolder, readMigrations } from './migrations.ts';
import { describeDatabases, type StorageFixture } from './testing/databases.ts';
import { createPostgresDatabase } from './testing/postgres-fixture.ts';
import { postgresMissing } from './testing/postgres-server.ts';

const ids = createIdSource(systemClock);

describeDatabases('a backup', (open) => {
  let folder: string;
  let fixture: StorageFixture;
  let file: string;
  const drops: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'selfsame-backup-'));
    file = join(folder, 'records');
    fixture = await open(systemClock, ids);
  });
  afterEach(async () => {
    await fixture.dispose();
    for (const drop of drops.splice(0)) await drop();
    rmSync(folder, { recursive: true });
  });

  const emptyLocations = async (): Promise<DatabaseLocation[]> => {
    const sqlite = { path: join(folder, 'restored', 'selfsame.db') };
    if (postgresMissing !== undefined) return [sqlite];
    const { url, drop } = await createPostgresDatabase();
    drops.push(drop);
    return [sqlite, { url }];
  };

  /** All rows, without the times of migrations. */
  async function dump(location: DatabaseLocation): Promise<string[]> {
    const tables = [
      'installation',
      'organizations',
      'projects',
      'api_keys',
      'usage_events',
      'jobs',
      'event_streams',
      'events',
    ];
    const stored = await openStoredRows(location);
    const all: string[] = [];
    for await (const { table, rows } of stored.read(tables))
      all.push(...rows.map((row) => JSON.stringify([table, row])));
    await stored.close();
    return all.toSorted();
  }

  it('a backup has a consistent snapshot of all records during writes, for any database', async () => {
    const system = fixture.repositories.system();
    const { projectId } = await system.installation.retrieve();
    const scope = fixture.repositories.forProject(projectId);
    await scope.jobs.enqueue({ task: 't', payload: { ünï: '🗝\n\u0000' }, queue: 'q', priority: 1, maxAttempts: 1 });
    await scope.events.append('s', [{ type: 'a', data: { x: [1.5, null] } }]);
    for (let i = 0; i < 1200; i += 1) await scope.events.append('s', [{ type: 'b', data: i }]);
    let writing = true;
    const pairs = (async () => {
      // Two rows of one transaction: a backup has both or none.
      for (let i = 0; writing; i += 1) {
        await system.transaction(async (tx) => {
          await tx.organizations.create({ id: `org-${i}`, name: 'pair', createdAt: 1 });
          const project = { id: `proj_${i}`, organizationId: `org-${i}`, name: 'pair', createdAt: 1, archivedAt: null };
          await tx.projects.create(project);
        });
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    const count = await backupRecords(fixture.location, file, systemClock);
    writing = false;
    await pairs;
    expect(count).toBeGreaterThan(1200);
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const restored: string[][] = [];
    for (const location of await emptyLocations()) {
      await restoreRecords(location, file, systemClock);
      expect((await schemaStatus(location)).pending).toEqual([]);
      restored.push(await dump(location));
    }
    for (const rows of restored) expect(rows).toEqual(restored[0]);
    const own = new Set(await dump(fixture.location));
    expect(restored[0]?.filter((row) => !own.has(row))).toEqual([]);
    const of = (table: string) => restored[0]?.filter((row) => row.startsWith(`["${table}"`)).length ?? 0;
    expect(of('organizations')).toBe(of('projects'));
    expect(of('events')).toBe(1201);
  });

  it('a restore into a database that is not empty is refused and changes nothing', async () => {
    await backupRecords(fixture.location, file, systemClock);
    const before = await dump(fixture.location);
    await expect(restoreRecords(fixture.location, file, systemClock)).rejects.toThrow(BackupError);
    expect(await dump(fixture.location)).toEqual(before);
  });

  it('refuses a truncated backup, one of a newer release and other files, and leaves the database empty', async () => {
    await backupRecords(fixture.location, file, systemClock);
    const text = readFileSync(file, 'utf8');
    const [location] = await emptyLocations();
    if (location === undefined) throw new Error('unreachable');
    const attempt = async (content: string) => {
      writeFileSync(file, content);
      await restoreRecords(location, file, systemClock);
    };
    await expect(attempt(text.slice(0, -10))).rejects.toThrow(/cut short|JSON/);
    await expect(attempt('Dear reader,\n')).rejects.toThrow(/not a backup/);
    await expect(attempt(text.replace(/"schemaVersion":\d+/, '"schemaVersion":9999'))).rejects.toThrow(/newer release/);
    await attempt(text);
    expect(await dump(location)).toEqual(await dump(fixture.location));
  });

  it('migrates a restored backup of an older schema', async () => {
    await backupRecords(fixture.location, file, systemClock);
    const known = readMigrations(migrationsFolder('sqlite'));
    const [header, ...lines] = readFileSync(file, 'utf8').split('\n');
    const kept = lines.filter((line) => /^("(installation|organizations|projects)" |end$)/.test(line));
    const old = header?.replace(/"schemaVersion":\d+/, '"schemaVersion":1');
    writeFileSync(file, `${[old, ...kept].join('\n')}\n`);
    for (const location of await emptyLocations()) {
      await restoreRecords(location, file, systemClock);
      expect((await schemaStatus(location)).applied).toHaveLength(known.length);
    }
  });
});
