/** Rows of a SQLite file, for backups. */
import type { Row, StoredRows } from '../../stored-rows.ts';
import { connectSqlite, retryWhileBusy } from './connect-sqlite.ts';

const ROWS_AT_ONCE = 500;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

export async function openSqliteRows(path: string): Promise<StoredRows> {
  const connection = await connectSqlite(path, { readonly: false });
  const exists = (table: string) =>
    connection.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(table) !== undefined;

  return {
    async *read(tables) {
      // One read transaction: in WAL mode it reads one snapshot and blocks no writer.
      connection.exec('BEGIN');
      try {
        for (const table of tables.filter(exists)) {
          let rows: Row[] = [];
          for (const row of connection.prepare<[], Row>(`SELECT * FROM ${quoted(table)}`).iterate()) {
            if (rows.push(row) < ROWS_AT_ONCE) continue;
            yield { table, rows };
            rows = [];
          }
          yield { table, rows };
        }
      } finally {
        connection.exec('COMMIT');
      }
    },

    async write(groups) {
      await retryWhileBusy(() => connection.exec('BEGIN IMMEDIATE'));
      try {
        connection.pragma('defer_foreign_keys = ON');
        for await (const { table, rows } of groups) {
          for (const row of rows) {
            const columns = Object.keys(row);
            connection
              .prepare(
                `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
              )
              .run(...Object.values(row));
          }
        }
        connection.exec('COMMIT');
      } finally {
        if (connection.inTransaction) connection.exec('ROLLBACK');
      }
    },

    anyRow: async (tables) =>
      tables.filter(exists).some((table) => connection.prepare(`SELECT 1 FROM ${quoted(table)}`).get() !== undefined),

    async close() {
      connection.close();
    },
  };
}
