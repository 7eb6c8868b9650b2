import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pendingMigrations, readMigrations } from './migrations.ts';

describe('migrations', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'selfsame-migrations-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(name: string, sql: string): void {
    writeFileSync(join(folder, name), sql);
  }

  it('reads migrations in order, with checksums that do not depend on Windows line endings', () => {
    write('0002-b.sql', 'select 2;\r\n');
    write('0001-a.sql', 'select 1;\n');
    write('README.md', 'not SQL');
    const [first, second] = readMigrations(folder);
    expect(first).toMatchObject({ version: 1, name: '0001-a', sql: 'select 1;\n' });
    const { checksum } = second ?? {};
    write('0002-b.sql', 'select 2;\n');
    expect(readMigrations(folder)[1]?.checksum).toBe(checksum);
    write('0002-b.sql', 'select 2; \n');
    expect(readMigrations(folder)[1]?.checksum).not.toBe(checksum);
  });

  it('allows gaps in the numbers of migrations, and refuses duplicate and malformed names', () => {
    write('0001-a.sql', '');
    write('0003-c.sql', '');
    expect(readMigrations(folder).map(({ version }) => version)).toEqual([1, 3]);
    write('0003-d.sql', '');
    expect(() => readMigrations(folder)).toThrow(/0003-d\.sql: expected a name like/);
    rmSync(join(folder, '0003-d.sql'));
    write('10-Ten.sql', '');
    expect(() => readMigrations(folder)).toThrow(/10-Ten\.sql/);
  });

  it('returns the migrations after the applied ones as pending, and refuses gaps and other names', () => {
    write('0001-a.sql', '1');
    write('0002-b.sql', '2');
    const known = readMigrations(folder);
    expect(pendingMigrations([], known, 'x')).toEqual(known);
    expect(pendingMigrations(known.slice(0, 1), known, 'x')).toEqual(known.slice(1));
    expect(pendingMigrations(known, known, 'x')).toEqual([]);
    expect(() => pendingMigrations(known.slice(1), known, 'x')).toThrow(/disagree about migration 1/);
    const renamed = known.map((migration) => ({ ...migration, name: `${migration.name}-renamed` }));
    expect(() => pendingMigrations(renamed, known, 'x')).toThrow(/0001-a-renamed .* not the same/);
  });
});
