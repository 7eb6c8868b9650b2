/** Rows of a PostgreSQL database, for backups. */
import type { Client } from 'pg';
import type { Row, StoredRows } from '../../stored-rows.ts';
import { createClient } from './connect-postgres.ts';
import { translatePostgresError } from './translate-postgres-error.ts';

const ROWS_AT_ONCE = 500;
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Returns the tables among `tables` that exist. */
async function existing(client: Client, tables: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()',
  );
  return tables.filter((table) => rows.some(({ name }) => name === table));
}

export async function openPostgresRows(url: string): Promise<StoredRows> {
  const client = createClient(url);
  client.on('error', () => undefined);
  await client.connect().catch((error: unknown) => {
    throw translatePostgresError(error);
  });

  return {
    async *read(tables) {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      try {
        for (const table of await existing(client, tables)) {
          await client.query(`DECLARE backup CURSOR FOR SELECT * FROM ${quoted(table)}`);
          for (;;) {
            const { rows } = await client.query<Row>(`FETCH ${ROWS_AT_ONCE} FROM backup`);
            yield { table, rows };
            if (rows.length < ROWS_AT_ONCE) break;
          }
          await client.query('CLOSE backup');
        }
      } finally {
        await client.query('ROLLBACK');
      }
    },

    async write(groups) {
      await client.query('BEGIN');
      try {
        for await (const { table, rows } of groups) {
          for (const row of rows) {
            const columns = Object.keys(row);
            await client.query(
              `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(', ')})`,
              Object.values(row),
            );
          }
        }
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw translatePostgresError(error);
      }
    },

    async anyRow(tables) {
      for (const table of await existing(client, tables)) {
        if ((await client.query(`SELECT 1 FROM ${quoted(table)} LIMIT 1`)).rows.length > 0) return true;
      }
      return false;
    },

    close: () => client.end(),
  };
}
