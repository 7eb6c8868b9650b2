import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../lib/clock.ts';
import { createIdSource } from '../../../lib/ids.ts';
import type { Repositories } from '../../repositories/repositories.ts';
import { migratePostgres } from '../dialects/postgres/migrate-postgres.ts';
import { migrateSqlite } from '../dialects/sqlite/migrate-sqlite.ts';
import { migrationsFolder, readMigrations } from '../migrations.ts';
import { openPostgresStorage } from '../open-postgres-storage.ts';
import { openSqliteStorage } from '../open-sqlite-storage.ts';
import { createPostgresDatabase, runOnPostgres } from '../testing/postgres-fixture.ts';
import { postgresMissing } from '../testing/postgres-server.ts';

const VERSION = 80;
const STORE = "'vs_1', 'proj_1', 5, '', NULL, '{}', 'tiny', NULL, NULL, 1, 1";
const FILE = (key: number, status: string, chunks: number, terms: number) =>
  `'vs_1', 'file-${key}', 'proj_1', ${key}, NULL, 'job', '${status}', NULL, NULL, 100, 0, '{}', ${chunks}, ${terms}, 9, 1`;
const CHUNK = (file: number, index: number) => file * 2 ** 20 + index;

/** Two completed files of a store and one in progress, as an earlier release wrote them. */
const BEFORE = `
  INSERT INTO organizations (id, name, created_at) VALUES ('org_1', '', 1);
  INSERT INTO projects (id, organization_id, name, created_at) VALUES ('proj_1', 'org_1', '', 1);
  INSERT INTO vector_stores VALUES (${STORE});
  INSERT INTO vector_store_files VALUES (${FILE(3, 'completed', 2, 5)}), (${FILE(8, 'completed', 1, 2)}), (${FILE(9, 'in_progress', 0, 0)});
  INSERT INTO text_chunks VALUES (${CHUNK(3, 0)}, 'a red red car', NULL, 0, 1, 'red car'), (${CHUNK(3, 1)}, 'red', NULL, 0, 1, 'red'), (${CHUNK(8, 0)}, 'red house', NULL, 0, 1, 'red house');
  INSERT INTO text_chunk_postings VALUES (5, 'red', ${CHUNK(3, 0)}, 3, 4), (5, 'car', ${CHUNK(3, 0)}, 1, 4), (5, 'red', ${CHUNK(3, 1)}, 1, 1), (5, 'red', ${CHUNK(8, 0)}, 1, 70000), (5, 'house', ${CHUNK(8, 0)}, 1, 70000);`;
const VECTORS = [CHUNK(3, 0), CHUNK(3, 1), CHUNK(3, 2), CHUNK(8, 0)];
const COUNTS =
  'SELECT version, shrunk_version, chunk_count, vector_count, term_count FROM vector_stores UNION ALL SELECT version, 0, chunk_count, vector_count, term_count FROM vector_store_files ORDER BY 3 DESC, 1 DESC';
const AFTER = [
  { version: 8, shrunk_version: 0, chunk_count: 3, vector_count: 4, term_count: 7 },
  { version: 3, shrunk_version: 0, chunk_count: 2, vector_count: 3, term_count: 5 },
  { version: 8, shrunk_version: 0, chunk_count: 1, vector_count: 1, term_count: 2 },
  { version: 0, shrunk_version: 0, chunk_count: 0, vector_count: 0, term_count: 0 },
];

async function expectFound(repositories: Repositories): Promise<void> {
  const { vectorStores, vectorStoreFiles } = repositories.forProject('proj_1');
  const search = (...terms: string[]) => vectorStores.search({ storeId: 'vs_1', terms, limit: 9 });
  expect((await search('red')).map(({ chunkKey }) => chunkKey)).toEqual([CHUNK(3, 0), CHUNK(3, 1), CHUNK(8, 0)]);
  expect(await search('house')).toHaveLength(1);
  await vectorStoreFiles.delete({ storeId: 'vs_1', id: 'file-8' });
  expect(await search('house')).toEqual([]);
  expect(await search('red')).toHaveLength(2);
  await repositories.close();
}

const known = (dialect: string) => readMigrations(migrationsFolder(dialect));
const earlier = (dialect: string) => known(dialect).filter(({ version }) => version < VERSION);

describe('the migration of postings and sizes', () => {
  it('keeps the postings and sizes of existing stores on SQLite', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'selfsame-postings-'));
    try {
      const path = join(folder, 'selfsame.db');
      await migrateSqlite(path, earlier('sqlite'), systemClock);
      const file = new SqliteFile(path);
      file.exec(BEFORE);
      const insert = file.prepare('INSERT INTO text_chunk_vectors VALUES (?, ?, ?)');
      for (const key of VECTORS) insert.run(key, key, Buffer.alloc(4));
      await migrateSqlite(path, known('sqlite'), systemClock);
      expect(file.prepare(COUNTS).all()).toEqual(AFTER);
      file.close();
      await expectFound(await openSqliteStorage({ path, clock: systemClock, ids: createIdSource(systemClock) }));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.skipIf(postgresMissing !== undefined)(
    'keeps the postings and sizes of existing stores on PostgreSQL',
    async () => {
      const { url, drop } = await createPostgresDatabase();
      try {
        await migratePostgres(url, earlier('postgres'), systemClock);
        const vectors = VECTORS.map((key) => `(${key}, ${key}, '\\x00000000')`).join();
        await runOnPostgres(url, `${BEFORE} INSERT INTO text_chunk_vectors VALUES ${vectors}`);
        await migratePostgres(url, known('postgres'), systemClock);
        const rows = await runOnPostgres(url, COUNTS);
        const numbers = rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, Number(v)])));
        expect(numbers).toEqual(AFTER);
        await expectFound(await openPostgresStorage({ url, clock: systemClock, ids: createIdSource(systemClock) }));
      } finally {
        await drop();
      }
    },
  );
});
