import SqliteFile from 'better-sqlite3';
import { expect, it } from 'vitest';
import { migrationsFolder, readMigrations } from './migrations.ts';

const NUMBER = 70;

it('the migration that adds the counter of stored bytes counts existing blobs', () => {
  const file = new SqliteFile(':memory:');
  const migrations = readMigrations(migrationsFolder('sqlite'));
  for (const { sql } of migrations.filter(({ version }) => version < NUMBER)) file.exec(sql);
  file.exec(`
    INSERT INTO organizations (id, name, created_at) VALUES ('o', 'o', 0);
    INSERT INTO projects (id, organization_id, name, created_at) VALUES ('a', 'o', 'a', 0), ('b', 'o', 'b', 0), ('c', 'o', 'c', 0);
    INSERT INTO blobs (key, project_id, owner_id, position, bytes, sha256)
      VALUES ('1', 'a', 'f', 0, 5000000000, ''), ('2', 'a', 'f', 1, 7, ''), ('3', 'b', 'g', 0, 3, '');
  `);
  file.exec(migrations.find(({ version }) => version === NUMBER)?.sql ?? '');
  expect(file.prepare('SELECT * FROM stored_bytes ORDER BY project_id').all()).toEqual([
    { project_id: 'a', bytes: 5_000_000_007 },
    { project_id: 'b', bytes: 3 },
  ]);
  file.close();
});
