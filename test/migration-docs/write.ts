/** Updates the tables of the pages in docs/migration: `node test/migration-docs/write.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { renewTables } from '../tables.ts';
import { migrationPages, pageOf } from './pages.ts';

for (const [name, tables] of Object.entries(migrationPages())) {
  writeFileSync(pageOf(name), renewTables(readFileSync(pageOf(name), 'utf8'), tables));
}
